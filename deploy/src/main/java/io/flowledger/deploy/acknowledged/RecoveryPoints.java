package io.flowledger.deploy.acknowledged;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * From which offsets on Kafka will read its logs again when it starts after a crash. It cuts off
 * what it cannot read there.
 */
final class RecoveryPoints {

  static final String FILE = "recovery-point-offset-checkpoint";

  /** After an orderly stop. */
  private static final RecoveryPoints NOTHING = new RecoveryPoints(Map.of(), Long.MAX_VALUE);

  private final Map<String, Long> points;
  private final long others;

  private RecoveryPoints(Map<String, Long> points, long others) {
    this.points = points;
    this.others = others;
  }

  /** Those of the folder of an embedded Kafka. */
  static RecoveryPoints of(Path kafka) {
    return isClean(kafka) ? NOTHING : new RecoveryPoints(OffsetTable.read(kafka.resolve(FILE)), 0);
  }

  /** Whether Kafka has ended in order. */
  static boolean isClean(Path kafka) {
    return Files.isRegularFile(kafka.resolve(FolderCheck.CLEAN));
  }

  /** That of a partition, by the name of its folder. */
  long of(String partition) {
    return points.getOrDefault(partition, others);
  }
}
