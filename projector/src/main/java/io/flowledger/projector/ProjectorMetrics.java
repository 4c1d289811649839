package io.flowledger.projector;

import io.flowledger.projector.row.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Counts what the projection makes of records: {@code flowledger.projected}, by topic and outcome,
 * and measures how long it takes until that can be read.
 */
final class ProjectorMetrics {

  private record Outcome(String topic, String verdict) {}

  /** Upper bounds of the buckets: records have their time in milliseconds. */
  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Map<String, Timer> durations = new ConcurrentHashMap<>();
  private final Map<String, Counter> deadLetters = new ConcurrentHashMap<>();
  private final Map<Outcome, Counter> counters = new ConcurrentHashMap<>();

  ProjectorMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(String topic, Verdict verdict) {
    counters.computeIfAbsent(new Outcome(topic, verdict.label()), this::counter).increment();
  }

  /**
   * Records can be read from now on.
   *
   * @param sinceMillis time of the one that has waited for that longest
   */
  void applied(String topic, long sinceMillis) {
    durations
        .computeIfAbsent(topic, this::duration)
        .record(Math.max(0, System.currentTimeMillis() - sinceMillis), TimeUnit.MILLISECONDS);
  }

  /** A record has become a dead letter. */
  void deadLetter(String topic) {
    deadLetters
        .computeIfAbsent(
            topic,
            of ->
                Counter.builder("flowledger.dead.letters")
                    .description("Records that this node has sent to the dead letters")
                    .tag("topic", of)
                    .register(registry))
        .increment();
  }

  private Timer duration(String topic) {
    return Timer.builder("flowledger.apply.seconds")
        .description(
            "Time from a record's own to when it can be read; of those that are applied together,"
                + " of the one that has waited longest")
        .tag("topic", topic)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("flowledger.projected")
        .description("Records that the projection has looked at")
        .tag("topic", outcome.topic())
        .tag("verdict", outcome.verdict())
        .register(registry);
  }
}
