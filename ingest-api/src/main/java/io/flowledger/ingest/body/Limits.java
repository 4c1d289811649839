package io.flowledger.ingest.body;

/**
 * Limits of what the bodies and paths of requests say.
 *
 * @param maxNameLength of names and ids, in characters
 * @param maxValueBytes of a value, a location or a tag, in bytes of UTF-8
 * @param maxEntries of one metadata or artifact request
 */
public record Limits(int maxNameLength, int maxValueBytes, int maxEntries) {

  public static final Limits DEFAULTS = new Limits(255, 1 << 20, 100_000);

  /** The same with another length of names. */
  public Limits withMaxNameLength(int other) {
    return new Limits(other, maxValueBytes, maxEntries);
  }

  /** The same with another size of values. */
  public Limits withMaxValueBytes(int other) {
    return new Limits(maxNameLength, other, maxEntries);
  }

  /** The same with another count of entries. */
  public Limits withMaxEntries(int other) {
    return new Limits(maxNameLength, maxValueBytes, other);
  }
}
