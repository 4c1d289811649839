package io.flowledger.query;

import io.flowledger.query.request.PageLimits;
import java.time.Duration;

/**
 * Limits of the read endpoints.
 *
 * @param maxScans listings that are read or wait for it at a time, searches apart; more are
 *     answered 503
 * @param scanThreads threads that read listings, as many for searches, and both again for what is
 *     read from the log
 * @param requestDeadline by which a read is answered, and each further part of a long answer made
 *     and taken
 * @param heartbeatTimeout after which a run without an outcome counts as failed
 */
public record QueryConfig(
    PageLimits pages,
    int maxScans,
    int scanThreads,
    Duration requestDeadline,
    Duration heartbeatTimeout) {

  public static QueryConfig defaults() {
    return new QueryConfig(
        PageLimits.defaults(), 1000, 2, Duration.ofSeconds(30), Duration.ofSeconds(360));
  }

  /** The same with another timeout. */
  public QueryConfig withHeartbeatTimeout(Duration other) {
    return new QueryConfig(pages, maxScans, scanThreads, requestDeadline, other);
  }

  /** The same with another deadline. */
  public QueryConfig withRequestDeadline(Duration other) {
    return new QueryConfig(pages, maxScans, scanThreads, other, heartbeatTimeout);
  }
}
