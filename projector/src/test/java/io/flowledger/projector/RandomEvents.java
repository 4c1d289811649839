package io.flowledger.projector;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.MetadataEntry;
import io.flowledger.schemas.EventSerde;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of a small world, where most things happen more than once, in any order, and some of them
 * wrong: missing parents, taken numbers and names, unusable names, foreign keys and foreign bytes.
 */
public final class RandomEvents {

  /** Where the records go; one without a key is one that no view is given. */
  @FunctionalInterface
  public interface Log {
    void append(byte @Nullable [] key, byte @Nullable [] value);
  }

  private static final long EPOCH = 1_700_000_000_000L;

  private final Random random;
  private final EventSerde serde;
  private long events;

  public RandomEvents(Random random, EventSerde serde) {
    this.random = random;
    this.serde = serde;
  }

  /** Appends the next record. */
  public void appendTo(Log log) {
    events++;
    SpecificRecord event = event();
    byte[] value = serde.serialize(event);
    switch (random.nextInt(80)) {
      case 0 -> log.append(null, value);
      case 1 -> log.append(Events.utf8("another"), value);
      case 2 -> log.append(Events.key(event), Events.utf8("foreign " + events));
      case 3 -> log.append(Events.utf8("tombstone " + events), null);
      case 4 -> log.append(Events.key(event), Arrays.copyOf(value, value.length / 2));
      default -> log.append(Events.key(event), value);
    }
  }

  /** Some have an idempotency key, which others may have had, for the same or for anything else. */
  private SpecificRecord event() {
    SpecificRecord event = unkeyed();
    boolean keyed = event.getSchema().getField("idempotency") != null && random.nextInt(3) == 0;
    return keyed ? Events.keyed(event, key(), random.nextInt(3)) : event;
  }

  private String key() {
    return usually("k" + random.nextInt(12), oneOf("", "k\0"));
  }

  /** Usually run 1 is one of flow F, run 2 of flow G; task 1 is in step start, 2 in step end. */
  private SpecificRecord unkeyed() {
    long task = 1 + random.nextInt(4);
    long run = usually(1 + task / 3, 3L);
    String flow = usually(run == 1 ? "F" : "Gä", oneOf("F", ""));
    String step = usually(task % 2 == 1 ? "start" : "end", "mid\0dle");
    return switch (random.nextInt(events < 20 ? 10 : 18)) {
      case 0, 1 -> Events.flow(events, flow, time());
      case 2, 3 -> run(flow, run);
      case 4, 5, 6 -> Events.step(events, flow, run, step, time());
      case 7, 8, 9 -> Events.task(events, flow, run, step, task, name("t"), beat(), time());
      case 10, 11, 12 -> Events.metadata(events, flow, run, step, task, time(), metadata());
      case 13, 14, 15 -> Events.artifacts(events, flow, run, step, task, time(), artifacts());
      case 16 -> Events.tags(events, flow, run, tags(), tags(), time());
      default -> usually(Events.tags(events, flow, run, tags(), tags(), time()), heartbeat(run));
    };
  }

  private SpecificRecord heartbeat(long run) {
    return Events.heartbeat("F", run, null, time());
  }

  private SpecificRecord run(String flow, long run) {
    return Events.run(events, flow, run, name("r"), tags(), tags(), beat(), time());
  }

  private @Nullable String name(String prefix) {
    return random.nextInt(3) == 0
        ? null
        : usually(oneOf(prefix + "-a", prefix + "-b"), oneOf("12", ""));
  }

  private @Nullable Long beat() {
    return random.nextBoolean() ? null : Long.valueOf(EPOCH / 1000 + random.nextInt(100));
  }

  private long time() {
    return EPOCH + random.nextInt(20);
  }

  private List<String> tags() {
    return some(() -> oneOf("a", "b", "c", "größe"));
  }

  private List<MetadataEntry> metadata() {
    return some(
        () ->
            Events.entry(
                1 + random.nextInt(30),
                usually(oneOf("attempt", "attempt_ok", "attempt-done", "origin"), "no\0name"),
                oneOf("0", "1", "True", "False", "perhaps", "nul\0", "größe".repeat(20))));
  }

  private List<ArtifactEntry> artifacts() {
    return some(
        () ->
            Events.artifact(
                usually(oneOf("x", "y", "_graph_info"), "x\0y"),
                random.nextInt(3),
                "s3://" + events));
  }

  private <T> List<T> some(Supplier<T> item) {
    return Stream.generate(item).limit(random.nextInt(4)).toList();
  }

  private <T> T usually(T usual, T unusual) {
    return random.nextInt(12) == 0 ? unusual : usual;
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }
}
