package io.flowledger.ingest;

/**
 * Limits of the write endpoints.
 *
 * @param maxNameLength of names and ids, in characters
 * @param maxValueBytes of a value, a location or a tag, in bytes of UTF-8
 * @param maxEntries of one metadata or artifact request
 * @param maxPendingWrites that wait for their acknowledgement or their view at a time; more are
 *     answered 503
 * @param writtenBy program and version, recorded in every event
 */
public record IngestConfig(
    int maxNameLength, int maxValueBytes, int maxEntries, int maxPendingWrites, String writtenBy) {

  public static IngestConfig defaults(String writtenBy) {
    return new IngestConfig(255, 1 << 20, 10_000, 20_000, writtenBy);
  }
}
