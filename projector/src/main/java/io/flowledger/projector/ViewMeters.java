package io.flowledger.projector;

import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** What RocksDB says of all views that are open here, and Kafka's client that feeds them. */
final class ViewMeters {

  private static final String FETCHES = "consumer-fetch-manager-metrics";
  private static final String GROUP = "consumer-coordinator-metrics";

  private final MeterRegistry metrics;
  private final LocalViews views;
  private final Supplier<Map<MetricName, ? extends Metric>> streams;

  private ViewMeters(
      MeterRegistry metrics,
      LocalViews views,
      Supplier<Map<MetricName, ? extends Metric>> streams) {
    this.metrics = metrics;
    this.views = views;
    this.streams = streams;
  }

  /**
   * @param streams what Kafka Streams says of itself
   */
  static void register(
      MeterRegistry metrics,
      LocalViews views,
      RocksResources resources,
      Supplier<Map<MetricName, ? extends Metric>> streams) {
    ViewMeters meters = new ViewMeters(metrics, views, streams);
    meters.store(resources);
    meters.client();
  }

  private void store(RocksResources resources) {
    register(
        Gauge.builder("flowledger.store.memory.bytes", resources::usedBytes)
            .description("Native memory of cached blocks and unwritten rows, of --store-memory"));
    register(
        Gauge.builder("flowledger.store.files.bytes", () -> sum("rocksdb.total-sst-files-size"))
            .description("Size of the files of all views"));
    register(
        Gauge.builder("flowledger.store.rows", () -> sum("rocksdb.estimate-num-keys"))
            .description("Rows of all views, about"));
    register(
        Gauge.builder(
                "flowledger.store.compaction.pending.bytes",
                () -> sum("rocksdb.estimate-pending-compaction-bytes"))
            .description("What is to be compacted, about"));
    register(
        Gauge.builder("flowledger.store.compactions", () -> sum("rocksdb.num-running-compactions"))
            .description("Compactions that run"));
    register(
        Gauge.builder("flowledger.store.stopped", () -> sum("rocksdb.is-write-stopped"))
            .description("Views that wait for compactions before they take more"));
    register(
        Gauge.builder("flowledger.store.errors", () -> sum("rocksdb.background-errors"))
            .description("Faults of RocksDB since the views were opened"));
  }

  private void client() {
    count("kafka.consumer.records.consumed", FETCHES, "records-consumed-total", "Records read");
    gauge("kafka.consumer.fetch.latency.avg", FETCHES, "fetch-latency-avg", Math::max);
    gauge("kafka.consumer.records.lag.max", FETCHES, "records-lag-max", Math::max);
    count("kafka.consumer.rebalances", GROUP, "rebalance-total", "Times that the group has moved");
    count(
        "kafka.consumer.rebalances.failed",
        GROUP,
        "failed-rebalance-total",
        "Times that it could not");
    gauge(
        "kafka.consumer.last.heartbeat.seconds.ago",
        GROUP,
        "last-heartbeat-seconds-ago",
        Math::max);
  }

  private void register(Gauge.Builder<?> gauge) {
    gauge.strongReference(true).register(metrics);
  }

  private void count(String name, String group, String metric, String description) {
    FunctionCounter.builder(name, this, meters -> meters.value(group, metric, Double::sum))
        .description(description)
        .register(metrics);
  }

  private void gauge(String name, String group, String metric, DoubleBinaryOperator of) {
    register(
        Gauge.builder(name, () -> value(group, metric, of))
            .description("As Kafka's consumer of the views says"));
  }

  /** Of all views that are open now; those that close meanwhile count for nothing. */
  private double sum(String property) {
    return views.tables().mapToLong(table -> property(table, property)).sum();
  }

  private static long property(RocksTable table, String property) {
    try {
      return table.property(property);
    } catch (ViewUnavailableException closed) {
      return 0;
    }
  }

  /** Of all its consumers together. */
  private double value(String group, String metric, DoubleBinaryOperator of) {
    return streams.get().entrySet().stream()
        .filter(known -> known.getKey().name().equals(metric))
        .filter(known -> known.getKey().group().equals(group))
        .filter(known -> !known.getKey().tags().containsKey("topic"))
        .map(known -> known.getValue().metricValue())
        .filter(Number.class::isInstance)
        .mapToDouble(value -> ((Number) value).doubleValue())
        .filter(Double::isFinite)
        .reduce(of)
        .orElse(0);
  }
}
