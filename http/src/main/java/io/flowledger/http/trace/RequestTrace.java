package io.flowledger.http.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request is part of: which one, and what has taken how long, where somebody wants
 * to know it. Goes with a write to the log, whose record names the span of the request. May be used
 * on any thread.
 */
public final class RequestTrace {

  /** That of a request that is part of none. */
  public static final RequestTrace NONE = new RequestTrace(null, null, false);

  /** Of a bulk request, which may have thousands, the first ones. */
  private static final int MOST_PHASES = 32;

  private final @Nullable TraceParent own;
  private final @Nullable TraceParent parent;
  private final boolean recorded;
  private final List<Phase> phases = new ArrayList<>();
  private boolean over;

  /**
   * A part of what a request does.
   *
   * @param name of a few that there are, such as {@code append}
   * @param begin by {@link System#nanoTime()}
   * @param end by the same clock
   */
  public record Phase(String name, long begin, long end) {}

  private RequestTrace(@Nullable TraceParent own, @Nullable TraceParent parent, boolean recorded) {
    this.own = own;
    this.parent = parent;
    this.recorded = recorded;
  }

  /**
   * That of a request.
   *
   * @param own its span
   * @param parent the span of whoever has sent it; empty where it begins the trace
   * @param recorded whether anybody wants to know how long its parts take
   */
  public static RequestTrace of(TraceParent own, Optional<TraceParent> parent, boolean recorded) {
    return new RequestTrace(own, parent.orElse(null), recorded);
  }

  /** The span of the request; empty where it is part of no trace. */
  public Optional<TraceParent> own() {
    return Optional.ofNullable(own);
  }

  /** The span of whoever has sent it; empty where that is not known, or nobody. */
  public Optional<TraceParent> parent() {
    return Optional.ofNullable(parent);
  }

  /** Whether it is to be told how long parts of it have taken. */
  public boolean isRecorded() {
    return recorded;
  }

  /** Notes how long a part has taken, if anybody wants to know, and it is not told already. */
  public void add(String name, long begin, long end) {
    if (!recorded) {
      return;
    }
    synchronized (phases) {
      if (!over && phases.size() < MOST_PHASES) {
        phases.add(new Phase(name, begin, end));
      }
    }
  }

  /** The parts, in the order in which they ended; none is added from now on. */
  public List<Phase> end() {
    if (!recorded) {
      return List.of();
    }
    synchronized (phases) {
      over = true;
      return List.copyOf(phases);
    }
  }
}
