package io.flowledger.ingest;

/**
 * Limits of the write endpoints.
 *
 * @param maxNameLength of names and ids, in characters
 * @param maxValueBytes of a value, a location or a tag, in bytes of UTF-8
 * @param maxEntries of one metadata or artifact request
 * @param maxPendingWrites that wait for their acknowledgement or their view at a time; more are
 *     answered 503
 * @param bulk limits of requests of many entries
 * @param writtenBy program and version, recorded in every event
 */
public record IngestConfig(
    int maxNameLength,
    int maxValueBytes,
    int maxEntries,
    int maxPendingWrites,
    Bulk bulk,
    String writtenBy) {

  /** With the default limits of requests of many entries. */
  public IngestConfig(
      int maxNameLength, int maxValueBytes, int maxEntries, int maxPendingWrites, String by) {
    this(maxNameLength, maxValueBytes, maxEntries, maxPendingWrites, Bulk.DEFAULTS, by);
  }

  /**
   * Limits of requests of many entries.
   *
   * @param maxEntries of a request
   * @param maxBodyBytes of a request, as it is sent and as it is when inflated
   * @param maxRequests under way at a time; more are answered 503
   * @param maxHeldBytes that the bodies of all of them take; more are answered 503
   */
  public record Bulk(int maxEntries, int maxBodyBytes, int maxRequests, long maxHeldBytes) {

    private static final int REQUESTS = 256;
    private static final long LARGEST_BODIES = 4;

    public static final Bulk DEFAULTS = of(10_000, 8 << 20);

    /** With as many requests as the memory of a small server is good for. */
    public static Bulk of(int maxEntries, int maxBodyBytes) {
      return new Bulk(maxEntries, maxBodyBytes, REQUESTS, LARGEST_BODIES * maxBodyBytes);
    }
  }

  public static IngestConfig defaults(String writtenBy) {
    return new IngestConfig(255, 1 << 20, 10_000, 20_000, writtenBy);
  }
}
