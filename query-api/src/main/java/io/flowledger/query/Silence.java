package io.flowledger.query;

import java.time.Duration;

/**
 * What silence means at a moment. Nothing is kept of it: who is heard again is alive again.
 *
 * @param now epoch milliseconds
 * @param heartbeatTimeout how long who sends heartbeats may be silent
 */
record Silence(long now, Duration heartbeatTimeout) {

  /** How long who sends no heartbeats may be silent: the rule of Metaflow's web interface. */
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
