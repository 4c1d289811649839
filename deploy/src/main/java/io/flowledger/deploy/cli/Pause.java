package io.flowledger.deploy.cli;

import java.time.Duration;

/** Pause of a command, for as long as it says. */
@FunctionalInterface
public interface Pause {

  /**
   * Waits that long.
   *
   * @throws InterruptedException when the command has to end
   */
  void of(Duration time) throws InterruptedException;
}
