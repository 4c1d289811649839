package io.flowledger.deploy.copy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Copies one step, whether nothing of it is in the target, some of it, or all.
 *
 * <p>What is there is a beginning of what the step puts into each partition, since records are
 * written in their order. Of a log, as many records as are there are left out. Of a compacted
 * topic, compaction may have taken records out of the source and out of what is there meanwhile: it
 * is gone on behind the last record that is in both. What lies before it was written, and what was
 * taken out since has a later one of its key.
 */
final class StepCopy {

  private final LogSide source;
  private final LogSide target;
  private final SourceWalk walk;
  private final CopyAppender appender;

  StepCopy(LogSide source, LogSide target, SourceWalk walk, CopyAppender appender) {
    this.source = source;
    this.target = target;
    this.walk = walk;
    this.appender = appender;
  }

  /**
   * Copies what is missing.
   *
   * @param events all steps of the events
   * @return how many records
   * @throws CopyFailure when the target does not have a beginning of it
   */
  long copy(CopyStep step, List<CopyStep> events) {
    String topic = step.topic().name(target.place().topics());
    long[] starts = CopyStep.array(step.starts());
    long[] there = target.ends(topic, starts.length);
    for (int partition = 0; partition < there.length; partition++) {
      if (there[partition] < starts[partition]) {
        throw spoilt(topic, partition, "has lost records that were copied");
      }
    }
    long[] left = step.topic().isCompacted() ? written(step, topic, there) : minus(there, starts);
    LetterPlaces places = new LetterPlaces(source, target);
    if (step.topic() == CopiedTopic.DEAD_LETTERS) {
      walk.over(step, (partition, offset, record) -> places.need(record));
      places.find(events, walk);
    }
    appender.expect(topic, there);
    long[] copied = {0};
    walk.over(
        step,
        (partition, offset, record) -> {
          if (left[partition] > 0) {
            left[partition]--;
          } else {
            copied[0]++;
            send(step.topic(), topic, partition, record, places);
          }
        });
    appender.flush();
    IntStream.range(0, left.length)
        .filter(partition -> left[partition] > 0)
        .findFirst()
        .ifPresent(
            partition -> {
              throw spoilt(topic, partition, "has records that were not copied");
            });
    return copied[0];
  }

  private void send(
      CopiedTopic of,
      String topic,
      int partition,
      ConsumerRecord<byte[], byte[]> record,
      LetterPlaces places) {
    Headers headers = of == CopiedTopic.DEAD_LETTERS ? places.headers(record) : record.headers();
    appender.send(topic, partition, record.timestamp(), record.key(), record.value(), headers);
  }

  private static long[] minus(long[] one, long[] other) {
    return IntStream.range(0, one.length).mapToLong(i -> one[i] - other[i]).toArray();
  }

  /** How many records of a step of a compacted topic are not to be written, by partition. */
  private long[] written(CopyStep step, String topic, long[] there) {
    RecordDigest digest = new RecordDigest();
    List<Set<ByteBuffer>> inTarget =
        Arrays.stream(there).<Set<ByteBuffer>>mapToObj(end -> new HashSet<>()).toList();
    for (int partition = 0; partition < there.length; partition++) {
      Set<ByteBuffer> found = inTarget.get(partition);
      target.read(
          topic,
          partition,
          step.starts().get(partition),
          there[partition],
          record -> found.add(ByteBuffer.wrap(digest.of(record))));
    }
    long[] upTo = new long[there.length];
    if (inTarget.stream().anyMatch(found -> !found.isEmpty())) {
      long[] seen = new long[there.length];
      walk.over(
          step,
          (partition, offset, record) -> {
            seen[partition]++;
            if (inTarget.get(partition).contains(ByteBuffer.wrap(digest.of(record)))) {
              upTo[partition] = seen[partition];
            }
          });
    }
    return upTo;
  }

  private static CopyFailure spoilt(String topic, int partition, String what) {
    return new CopyFailure(
        "%s-%d %s: somebody else has written there, or deleted. Delete the topics of the target, and copy again"
            .formatted(topic, partition, what));
  }
}
