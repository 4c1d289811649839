package io.flowledger.deploy.acknowledged;

import java.nio.file.Path;
import java.util.Map;

/**
 * How far the logs went when Kafka noted that last. What it has forced to disk is there for
 * certain, and so is everything after an orderly stop. What it has only written is there after the
 * death of the process; a power cut may have taken it, unless each message is forced to disk before
 * the next one is taken.
 */
final class NotedEnds {

  /** Written every few seconds, and at an orderly stop. */
  static final String WRITTEN = "replication-offset-checkpoint";

  private final Map<String, Long> forced;
  private final Map<String, Long> written;
  private final boolean clean;

  private NotedEnds(Map<String, Long> forced, Map<String, Long> written, boolean clean) {
    this.forced = forced;
    this.written = written;
    this.clean = clean;
  }

  /** Those in the folder of an embedded Kafka. */
  static NotedEnds of(Path kafka) {
    return new NotedEnds(
        OffsetTable.read(kafka.resolve(RecoveryPoints.FILE)),
        OffsetTable.read(kafka.resolve(WRITTEN)),
        RecoveryPoints.isClean(kafka));
  }

  /**
   * Offset that a partition is known to end at, or behind; 0 where nothing is known.
   *
   * @param folder its name
   * @param flushed whether each of its messages is on disk before the next one is taken
   */
  long certain(String folder, boolean flushed) {
    long onDisk = forced.getOrDefault(folder, 0L);
    return clean || flushed ? Math.max(onDisk, last(folder)) : onDisk;
  }

  /** Whether it may have had records; after an orderly stop, all that are not new are noted. */
  boolean mayHaveHad(String folder) {
    return last(folder) > 0 || clean && !forced.containsKey(folder);
  }

  /** The same of one that nobody has cut the power of. */
  long last(String folder) {
    return Math.max(forced.getOrDefault(folder, 0L), written.getOrDefault(folder, 0L));
  }
}
