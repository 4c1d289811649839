package io.flowledger.ingest.bulk.entry;

import io.flowledger.http.refusal.RefusedException;

/**
 * Limits of requests of many entries.
 *
 * @param maxEntries of a request
 * @param maxBodyBytes of a request, as it is sent and as it is when inflated
 * @param maxRequests under way at a time; more are answered 503
 * @param maxHeldBytes that the bodies of all of them take, within what there is for all requests;
 *     more are answered 503
 */
public record BulkLimits(int maxEntries, int maxBodyBytes, int maxRequests, long maxHeldBytes) {

  private static final int REQUESTS = 256;
  private static final long LARGEST_BODIES = 4;

  public static final BulkLimits DEFAULTS = of(10_000, 16 << 20);

  /** With as many requests as the memory of a small server is good for. */
  public static BulkLimits of(int maxEntries, int maxBodyBytes) {
    return new BulkLimits(maxEntries, maxBodyBytes, REQUESTS, LARGEST_BODIES * maxBodyBytes);
  }

  /**
   * Counts metadata and artifacts of a request.
   *
   * @param recorded how many there were before
   * @return how many there are
   * @throws RefusedException 413 when these are too many
   */
  public int count(int recorded, int more) {
    if (recorded + more > maxEntries) {
      throw RefusedException.tooLarge(
          "the request has more than %d metadata and artifacts, those in lists counted"
              .formatted(maxEntries));
    }
    return recorded + more;
  }
}
