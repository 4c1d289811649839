package io.flowledger.deploy.copy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A part of one topic that is copied before the next one is begun: the ranges of offsets of its
 * source partitions, one partition after the other. What it puts into each partition of the target,
 * and in which order, depends on nothing else.
 *
 * @param from first offset of each source partition
 * @param to offset behind the last of each
 * @param starts where each partition of the target ended when the step was begun
 */
record CopyStep(CopiedTopic topic, List<Long> from, List<Long> to, List<Long> starts) {

  private static final String TOPIC = "topic";
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String STARTS = "starts";

  /** How many offsets it has. */
  long size() {
    return IntStream.range(0, from.size()).mapToLong(i -> to.get(i) - from.get(i)).sum();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put(TOPIC, topic.name())
        .put(FROM, new JsonArray(from))
        .put(TO, new JsonArray(to))
        .put(STARTS, new JsonArray(starts));
  }

  static CopyStep of(JsonObject json) {
    return new CopyStep(
        CopiedTopic.valueOf(json.getString(TOPIC)),
        longs(json.getJsonArray(FROM)),
        longs(json.getJsonArray(TO)),
        longs(json.getJsonArray(STARTS)));
  }

  static List<Long> longs(JsonArray numbers) {
    return IntStream.range(0, numbers.size()).mapToObj(numbers::getLong).toList();
  }

  static List<Long> list(long[] numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
