package io.flowledger.query.status;

import java.time.Duration;

/**
 * The rule by which a run or a task that is silent counts as dead at a moment. Nothing is kept of
 * it: what is heard again is alive again.
 *
 * <p>The listing of runs tells which are running by another rule, the reference service's ({@code
 * metaflow.CurrentRun}): there only heartbeats of the run and registrations of its tasks are signs
 * of life, and a run without any is dead. So one may be listed as failed whose status is running.
 *
 * @param now epoch milliseconds
 * @param heartbeatTimeout how long what sends heartbeats may be silent
 */
record Silence(long now, Duration heartbeatTimeout) {

  /** How long what sends no heartbeats may be silent: the rule of Metaflow's web interface. */
  static final Duration WITHOUT_HEARTBEATS = Duration.ofDays(1);

  /**
   * Whether it has lasted too long.
   *
   * @param lastSign of life, epoch milliseconds
   * @param beats whether heartbeats are sent at all
   */
  boolean isDeath(long lastSign, boolean beats) {
    return now - lastSign > (beats ? heartbeatTimeout : WITHOUT_HEARTBEATS).toMillis();
  }
}
