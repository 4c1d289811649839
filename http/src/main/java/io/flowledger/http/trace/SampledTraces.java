package io.flowledger.http.trace;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Records the traces that say that they are, and a part of those that begin here. Others go on as
 * they are; none begins that is not recorded.
 */
public final class SampledTraces implements Traces {

  private final double ratio;

  /**
   * @param ratio part of the traces that begin here, from 0 to 1
   */
  public SampledTraces(double ratio) {
    this.ratio = ratio;
  }

  @Override
  public RequestTrace of(Optional<TraceParent> parent) {
    if (parent.isPresent()) {
      TraceParent span = parent.get();
      return span.sampled()
          ? RequestTrace.of(new TraceParent(span.traceId(), Traces.newSpanId(), true), parent, true)
          : PASSED_ON.of(parent);
    }
    return ThreadLocalRandom.current().nextDouble() < ratio
        ? RequestTrace.of(
            new TraceParent(Traces.newTraceId(), Traces.newSpanId(), true), parent, true)
        : RequestTrace.NONE;
  }
}
