package io.flowledger.query.metaflow;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.RunStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A run and what is kept apart from it, which is looked up once, and only where it is asked for:
 * most runs of a filtered listing are told by their rows. Used by one thread.
 */
final class CurrentRun {

  private final RunRow row;
  private final View view;
  private final Duration heartbeatTimeout;
  private final Clock clock;
  private @Nullable RunProgress progress;
  private @Nullable OptionalLong heartbeat;
  private @Nullable RunStatus status;

  CurrentRun(RunRow row, View view, Duration heartbeatTimeout, Clock clock) {
    this.row = row;
    this.view = view;
    this.heartbeatTimeout = heartbeatTimeout;
    this.clock = clock;
  }

  RunRow row() {
    return row;
  }

  /** Last one, epoch seconds. */
  OptionalLong heartbeat() {
    OptionalLong found = heartbeat;
    if (found == null) {
      found = view.heartbeat(row, progress());
      heartbeat = found;
    }
    return found;
  }

  /** The same whenever it is asked for, though time passes. */
  RunStatus status() {
    RunStatus found = status;
    if (found == null) {
      found = progress().status(isAlive(heartbeat()));
      status = found;
    }
    return found;
  }

  /**
   * By the rule of the reference service: heartbeats of the run and registrations of its tasks are
   * signs of life, and a run without any is dead. The status of a run goes by another rule, {@code
   * status.Silence}: there all that is heard of its tasks counts, and what sends no heartbeats has
   * a day.
   */
  private boolean isAlive(OptionalLong beat) {
    return beat.isPresent()
        && clock.millis() - TimeUnit.SECONDS.toMillis(beat.getAsLong())
            <= heartbeatTimeout.toMillis();
  }

  private RunProgress progress() {
    RunProgress found = progress;
    if (found == null) {
      found = view.progress(row.number());
      progress = found;
    }
    return found;
  }
}
