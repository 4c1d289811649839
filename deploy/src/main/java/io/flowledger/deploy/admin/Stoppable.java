package io.flowledger.deploy.admin;

import org.jspecify.annotations.Nullable;

/** Work that others may want to stop, also before it has begun. */
final class Stoppable {

  private @Nullable Runnable stop;
  private boolean stopped;

  /**
   * The work begins.
   *
   * @param how to stop it; may be called now
   */
  synchronized void begin(Runnable how) {
    stop = how;
    if (stopped) {
      how.run();
    }
  }

  /** Stops it now, or when it begins. */
  synchronized void stop() {
    stopped = true;
    if (stop != null) {
      stop.run();
    }
  }
}
