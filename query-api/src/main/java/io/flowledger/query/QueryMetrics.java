package io.flowledger.query;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** Meters of the read endpoints: listings that are being read, and tails. */
final class QueryMetrics {

  private QueryMetrics() {}

  /** Registers the meters. The gauges hold the routes, so the counter can be read as long. */
  static void register(QueryRoutes routes, MeterRegistry registry) {
    Gauge.builder("flowledger.scans", routes::scansUnderWay)
        .description("Listings that are being read")
        .register(registry);
    Gauge.builder("flowledger.scans.unsent.bytes", routes::unsentBytes)
        .description("Bytes of listings that clients have not taken yet, or that are being made")
        .register(registry);
    Gauge.builder("flowledger.tails", routes::openTails)
        .description("Clients that are told events as they come")
        .register(registry);
    Gauge.builder("flowledger.tails.unsent.bytes", routes::unsentTailBytes)
        .description("Bytes of events that clients have not taken yet, each counted once")
        .register(registry);
    FunctionCounter.builder("flowledger.tails.cut", routes, QueryRoutes::tailsCutOff)
        .description("Clients that did not take the events that they were sent")
        .register(registry);
    ended("gone", routes.endedReads().gone(), registry);
    ended("late", routes.endedReads().late(), registry);
  }

  private static void ended(String why, LongAdder count, MeterRegistry registry) {
    FunctionCounter.builder("flowledger.reads.ended", count, LongAdder::sum)
        .description("Reads that were ended before they were done")
        .tag("reason", why)
        .register(registry);
  }
}
