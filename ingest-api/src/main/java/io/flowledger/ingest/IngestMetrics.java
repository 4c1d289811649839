package io.flowledger.ingest;

import io.flowledger.http.telemetry.Durations;
import io.flowledger.ingest.bulk.BulkResult;
import io.flowledger.ingest.log.Writability;
import io.flowledger.ingest.numbers.Sequences;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** Meters of the write endpoints. */
final class IngestMetrics {

  private final MeterRegistry registry;

  IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  // Suppliers are held: nobody else holds the routes once they are mounted.

  void pendingWrites(Supplier<Number> count) {
    Gauge.builder("flowledger.writes.pending", count)
        .description("Writes that wait for their acknowledgement or their view")
        .register(registry);
  }

  void writable(Supplier<Number> writable) {
    Gauge.builder("flowledger.writable", writable)
        .description("1 while the log can be written, as far as is known, else 0")
        .register(registry);
  }

  void failedAppends(Writability log) {
    FunctionCounter.builder("flowledger.appends.failed", log, Writability::failures)
        .description("Appends to the log that have failed or were refused")
        .register(registry);
  }

  void bulkRequests(Supplier<Number> count) {
    Gauge.builder("flowledger.bulk.requests", count)
        .description("Bulk requests that are under way")
        .register(registry);
  }

  /** How long is waited for views. */
  Timer applyWait() {
    return Timer.builder("flowledger.apply.wait.seconds")
        .description("Time that requests wait until their view has applied what they have appended")
        .serviceLevelObjectives(Durations.ofParts())
        .register(registry);
  }

  void claims(Sequences sequences) {
    for (Sequences.Name name : Sequences.Name.values()) {
      FunctionCounter.builder("flowledger.numbers.claims", sequences, of -> of.claims(name))
          .description("Blocks of numbers that this node has claimed")
          .tag("sequence", name.label())
          .register(registry);
      FunctionCounter.builder(
              "flowledger.numbers.claimed", sequences, of -> of.claimedNumbers(name))
          .description("Numbers in those blocks")
          .tag("sequence", name.label())
          .register(registry);
    }
  }

  Counter collidedNumbers() {
    return Counter.builder("flowledger.numbers.collided")
        .description("Numbers that somebody had used without claiming them")
        .register(registry);
  }

  Counter idempotentReplays() {
    return Counter.builder("flowledger.idempotent.replays")
        .description("Requests that were answered as earlier ones under the same key")
        .register(registry);
  }

  /** One of each result. */
  Map<BulkResult, Counter> bulkEntries() {
    Map<BulkResult, Counter> entries = new EnumMap<>(BulkResult.class);
    for (BulkResult result : BulkResult.values()) {
      entries.put(
          result,
          Counter.builder("flowledger.bulk.entries")
              .description("Entries of bulk requests")
              .tag("result", result.label())
              .register(registry));
    }
    return entries;
  }
}
