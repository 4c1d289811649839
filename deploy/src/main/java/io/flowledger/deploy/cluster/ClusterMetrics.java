package io.flowledger.deploy.cluster;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a node measures of its cluster. */
final class ClusterMetrics {

  private final MeterRegistry metrics;

  ClusterMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /**
   * @param leaseMillis that are left
   * @param own what this node says of itself
   * @param others what the other nodes have said last, null where that is nothing
   */
  void observe(
      LongSupplier leaseMillis,
      Supplier<Statement> own,
      Supplier<List<@Nullable Statement>> others) {
    Gauge.builder("flowledger.lease.left.seconds", () -> leaseMillis.getAsLong() / 1000.0)
        .description("For how long this node may answer without hearing of the group again")
        .register(metrics);
    Gauge.builder("flowledger.partitions.answered", () -> own.get().answered().size())
        .description("Partitions that this node answers for")
        .register(metrics);
    Gauge.builder("flowledger.standby.lag", () -> lag(own.get().standby(), others.get()))
        .description("Events that the view lacks most that this node keeps for others")
        .register(metrics);
    Gauge.builder(
            "flowledger.nodes",
            () -> 1 + others.get().stream().filter(said -> said != null).count())
        .description("Nodes of the cluster that answer, this one counted")
        .register(metrics);
  }

  private static long lag(Map<Integer, Long> standby, List<@Nullable Statement> others) {
    long most = 0;
    for (Statement said : others) {
      if (said == null) {
        continue;
      }
      for (Map.Entry<Integer, Long> kept : standby.entrySet()) {
        if (said.answers(kept.getKey())) {
          long there = said.applied().getOrDefault(kept.getKey(), kept.getValue());
          most = Math.max(most, there - kept.getValue());
        }
      }
    }
    return most;
  }
}
