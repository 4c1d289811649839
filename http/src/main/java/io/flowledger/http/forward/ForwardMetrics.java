package io.flowledger.http.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.IntSupplier;

/** Counters of what goes to other nodes. */
public final class ForwardMetrics {

  private final MeterRegistry metrics;
  private final Counter forwarded;
  private final Counter again;
  private final Counter lost;
  private final Counter standby;
  private final Timer answered;

  public ForwardMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
    this.forwarded =
        Counter.builder("flowledger.forwarded")
            .description("Requests that were forwarded to another node")
            .register(metrics);
    this.again =
        Counter.builder("flowledger.forwarded.again")
            .description("Times that a request was put to a node that did not answer for it")
            .register(metrics);
    this.lost =
        Counter.builder("flowledger.forwarded.lost")
            .description("Requests of which it is not known what a node has made that has gone")
            .register(metrics);
    this.standby =
        Counter.builder("flowledger.standby.reads")
            .description("Reads that were answered from a standby")
            .register(metrics);
    this.answered =
        Timer.builder("flowledger.forwarded.hop.seconds")
            .description("Time from sending a request to another node to the head of its answer")
            .register(metrics);
  }

  void observe(IntSupplier waiting) {
    Gauge.builder("flowledger.forwarded.waiting", waiting::getAsInt)
        .description("Requests that wait for a node that answers for them")
        .register(metrics);
  }

  Counter forwarded() {
    return forwarded;
  }

  Counter again() {
    return again;
  }

  Counter lost() {
    return lost;
  }

  Counter standbyReads() {
    return standby;
  }

  Timer answered() {
    return answered;
  }
}
