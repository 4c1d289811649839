package io.flowledger.deploy.cli;

import java.time.Duration;

/** How a command waits. */
@FunctionalInterface
public interface Pause {

  /**
   * Waits that long.
   *
   * @throws InterruptedException when the command has to end
   */
  void of(Duration time) throws InterruptedException;
}
