package io.flowledger.ingest.body;

/**
 * Limits of what the bodies and paths of requests say.
 *
 * @param maxNameLength of names and ids, in characters
 * @param maxValueBytes of a value, a location or a tag, in bytes of UTF-8
 * @param maxEntries of one metadata or artifact request
 */
public record Limits(int maxNameLength, int maxValueBytes, int maxEntries) {

  public static final Limits DEFAULTS = new Limits(255, 1 << 20, 10_000);
}
