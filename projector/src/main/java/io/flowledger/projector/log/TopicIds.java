package io.flowledger.projector.log;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** Ids of topics, which tell a topic from one that was created again under its name. */
public final class TopicIds {

  private TopicIds() {}

  /**
   * Blocks.
   *
   * @throws ProcessorStateException when the cluster does not say
   */
  public static Uuid of(Admin admin, String topic) {
    return await(ask(admin, topic), topic);
  }

  /** The same without waiting for it. */
  static KafkaFuture<Uuid> ask(Admin admin, String topic) {
    return admin
        .describeTopics(List.of(topic))
        .topicNameValues()
        .values()
        .iterator()
        .next()
        .thenApply(TopicDescription::topicId);
  }

  /**
   * @param what is asked for
   */
  static <T> T await(KafkaFuture<T> answer, Object what) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new ProcessorStateException("the brokers do not tell of " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessorStateException("interrupted", e);
    }
  }
}
