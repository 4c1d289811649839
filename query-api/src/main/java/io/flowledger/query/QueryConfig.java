package io.flowledger.query;

import java.time.Duration;

/**
 * Limits of the read endpoints.
 *
 * @param defaultPage rows of a page that does not say how many it wants
 * @param maxPage rows of a page at most
 * @param maxScans listings that are read or wait for it at a time; more are answered 503
 * @param scanThreads threads that read listings, and as many for what is read from the log
 * @param heartbeatTimeout after which a run without an outcome counts as failed
 */
public record QueryConfig(
    int defaultPage, int maxPage, int maxScans, int scanThreads, Duration heartbeatTimeout) {

  public static QueryConfig defaults() {
    return new QueryConfig(50, 500, 1000, 2, Duration.ofSeconds(360));
  }
}
