package io.flowledger.ingest.log;

import io.flowledger.http.telemetry.Durations;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Meters of the log as it is written: how long appends take, and what Kafka's client says. */
final class LogMeters {

  private static final String PRODUCER = "producer-metrics";

  private final MeterRegistry metrics;
  private final Supplier<Map<MetricName, ? extends Metric>> producer;

  private LogMeters(MeterRegistry metrics, Supplier<Map<MetricName, ? extends Metric>> producer) {
    this.metrics = metrics;
    this.producer = producer;
  }

  /**
   * @param producer what it says of itself
   * @return that of appends, from sending to the acknowledgement
   */
  static Timer register(
      MeterRegistry metrics, Supplier<Map<MetricName, ? extends Metric>> producer) {
    LogMeters meters = new LogMeters(metrics, producer);
    meters.count("record-send-total", "Records that were sent to the brokers");
    meters.count("record-error-total", "Records that could not be sent");
    meters.count("record-retry-total", "Records that were sent again");
    meters.gauge("request-latency-avg", "Milliseconds in which brokers answer of late");
    meters.gauge("record-queue-time-avg", "Milliseconds that records wait to be sent of late");
    meters.gauge("records-per-request-avg", "Records that are sent at a time of late");
    meters.gauge("buffer-available-bytes", "Memory that is left for records to be sent");
    meters.gauge("requests-in-flight", "Requests that brokers have not answered");
    meters.gauge("connection-count", "Connections to brokers");
    return Timer.builder("flowledger.append.seconds")
        .description("Time from sending a record to the log to its acknowledgement")
        .serviceLevelObjectives(Durations.ofParts())
        .register(metrics);
  }

  private static String meter(String name) {
    return "kafka.producer." + name.replace("-total", "").replace('-', '.');
  }

  private void count(String name, String description) {
    FunctionCounter.builder(meter(name), this, meters -> meters.value(name))
        .description(description)
        .register(metrics);
  }

  private void gauge(String name, String description) {
    Gauge.builder(meter(name), () -> value(name))
        .description(description)
        .strongReference(true)
        .register(metrics);
  }

  private double value(String name) {
    return producer.get().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals(name))
        .filter(metric -> metric.getKey().group().equals(PRODUCER))
        .map(metric -> metric.getValue().metricValue())
        .filter(Number.class::isInstance)
        .mapToDouble(value -> ((Number) value).doubleValue())
        .sum();
  }
}
