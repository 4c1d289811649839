package io.flowledger.query;

import io.flowledger.projector.readmodel.RunProgress;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.RunStatus;
import io.flowledger.projector.readmodel.View;
import java.time.Clock;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A run and what is kept apart from it, which is looked up once, and only where it is asked for:
 * most runs of a filtered listing are told by their rows. Used by one thread.
 */
final class CurrentRun {

  private static final long MILLIS = 1000;

  private final RunRow row;
  private final View view;
  private final QueryConfig config;
  private final Clock clock;
  private @Nullable RunProgress progress;
  private @Nullable OptionalLong heartbeat;
  private @Nullable RunStatus status;

  CurrentRun(RunRow row, View view, QueryConfig config, Clock clock) {
    this.row = row;
    this.view = view;
    this.config = config;
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

  private boolean isAlive(OptionalLong beat) {
    return beat.isPresent()
        && clock.millis() - beat.getAsLong() * MILLIS <= config.heartbeatTimeout().toMillis();
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
