package io.flowledger.projector.log;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
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
    try {
      return admin
          .describeTopics(List.of(topic))
          .topicNameValues()
          .values()
          .iterator()
          .next()
          .get()
          .topicId();
    } catch (ExecutionException e) {
      throw new ProcessorStateException("cannot describe topic " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessorStateException("interrupted", e);
    }
  }
}
