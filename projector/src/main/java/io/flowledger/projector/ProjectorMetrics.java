package io.flowledger.projector;

import io.flowledger.projector.row.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what the projection makes of records: {@code flowledger.projected}, by topic and outcome.
 */
final class ProjectorMetrics {

  private record Outcome(String topic, String verdict) {}

  private final MeterRegistry registry;
  private final Map<Outcome, Counter> counters = new ConcurrentHashMap<>();

  ProjectorMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(String topic, Verdict verdict) {
    counters.computeIfAbsent(new Outcome(topic, verdict.label()), this::counter).increment();
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("flowledger.projected")
        .description("Records that the projection has looked at")
        .tag("topic", outcome.topic())
        .tag("verdict", outcome.verdict())
        .register(registry);
  }
}
