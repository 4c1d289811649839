package io.flowledger.ingest;

import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;

/**
 * Settings of the write endpoints.
 *
 * @param body limits of what requests say
 * @param bulk limits of requests of many entries
 * @param maxPendingWrites that wait for their acknowledgement or their view at a time; more are
 *     answered 503
 * @param writtenBy program and version, recorded in every event
 */
public record IngestConfig(Limits body, BulkLimits bulk, int maxPendingWrites, String writtenBy) {

  private static final int PENDING_WRITES = 20_000;

  public static IngestConfig defaults(String writtenBy) {
    return new IngestConfig(Limits.DEFAULTS, BulkLimits.DEFAULTS, PENDING_WRITES, writtenBy);
  }
}
