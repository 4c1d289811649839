package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import io.flowledger.schemas.topic.Topics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The journal of a copy, in a topic beside the target: which log is copied, then each step before
 * it is begun, and an end for each time that the target was all that the source had. What a step
 * does depends on nothing else, so a copy that was cut off at any moment goes on from it.
 */
final class CopyJournal {

  private static final String SOURCE = "source";
  private static final String PARTITIONS = "partitions";
  private static final String STEP = "step";
  private static final String COMPLETE = "complete";

  /**
   * Which log is copied to what.
   *
   * @param source what tells the log from all others
   * @param partitions of the target
   */
  record Identity(String source, int partitions) {}

  private final LogSide target;
  private final CopyAppender appender;
  private final List<CopyStep> steps = new ArrayList<>();
  private Optional<Identity> identity = Optional.empty();
  private Optional<Map<CopiedTopic, List<Long>>> complete = Optional.empty();
  private long end;

  private CopyJournal(LogSide target, CopyAppender appender) {
    this.target = target;
    this.appender = appender;
  }

  /**
   * Reads what is in it.
   *
   * @throws CopyFailure when it cannot be understood
   */
  static CopyJournal open(LogSide target, CopyAppender appender) {
    CopyJournal journal = new CopyJournal(target, appender);
    String topic = target.place().journal();
    if (target.describe(topic).isPresent()) {
      target.read(topic, 0, 0, target.ends(topic, 1)[0], journal::fold);
    }
    return journal;
  }

  /** Whether the log with that prefix is being copied to, and is not yet all that it has to be. */
  static boolean isUnfinished(Map<String, Object> clients, String topicPrefix) {
    TopicPartition partition = new TopicPartition(Topics.copy(topicPrefix), 0);
    try (Admin admin = Admin.create(clients)) {
      if (!admin.listTopics().names().get().contains(partition.topic())) {
        return false;
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
    try (Consumer<byte[], byte[]> consumer =
        ByteConsumers.create(
            clients, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      boolean[] unfinished = {true};
      PartitionReader.readToEnd(
          consumer, partition, record -> unfinished[0] = !json(record).containsKey(COMPLETE));
      return unfinished[0];
    }
  }

  private static JsonObject json(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new JsonObject(Buffer.buffer(record.value()));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new CopyFailure(
          "%s@%d is no record of a copy".formatted(record.topic(), record.offset()), e);
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    end = record.offset() + 1;
    JsonObject json = json(record);
    complete = Optional.empty();
    if (json.containsKey(SOURCE)) {
      identity = Optional.of(new Identity(json.getString(SOURCE), json.getInteger(PARTITIONS)));
    } else if (json.containsKey(STEP)) {
      steps.add(CopyStep.of(json.getJsonObject(STEP)));
    } else if (json.containsKey(COMPLETE)) {
      Map<CopiedTopic, List<Long>> ends = new EnumMap<>(CopiedTopic.class);
      JsonObject of = json.getJsonObject(COMPLETE);
      of.fieldNames()
          .forEach(
              topic ->
                  ends.put(CopiedTopic.valueOf(topic), CopyStep.longs(of.getJsonArray(topic))));
      complete = Optional.of(ends);
    }
  }

  /** Which log is copied; empty before it is begun. */
  Optional<Identity> identity() {
    return identity;
  }

  /** The steps of a topic, in their order. */
  List<CopyStep> steps(CopiedTopic topic) {
    return steps.stream().filter(step -> step.topic() == topic).toList();
  }

  /** The step that may not be done; empty where all are. */
  Optional<CopyStep> last() {
    return complete.isPresent() || steps.isEmpty()
        ? Optional.empty()
        : Optional.of(steps.get(steps.size() - 1));
  }

  /** Where the topics of the target ended when it was complete; empty where it is not. */
  Optional<Map<CopiedTopic, List<Long>>> complete() {
    return complete;
  }

  void begin(Identity of) {
    append(new JsonObject().put(SOURCE, of.source()).put(PARTITIONS, of.partitions()));
    identity = Optional.of(of);
  }

  void begin(CopyStep step) {
    append(new JsonObject().put(STEP, step.toJson()));
    steps.add(step);
    complete = Optional.empty();
  }

  void complete(Map<CopiedTopic, List<Long>> ends) {
    JsonObject json = new JsonObject();
    ends.forEach((topic, offsets) -> json.put(topic.name(), new JsonArray(offsets)));
    append(new JsonObject().put(COMPLETE, json));
    complete = Optional.of(ends);
  }

  /** Two copies at a time would both be at the end of the journal, which has room for one. */
  private void append(JsonObject json) {
    appender.expect(target.place().journal(), new long[] {end});
    appender.send(target.place().journal(), json.toBuffer().getBytes());
    appender.flush();
    end++;
  }
}
