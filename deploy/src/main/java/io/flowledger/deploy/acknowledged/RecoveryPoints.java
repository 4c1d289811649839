package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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
    return Files.exists(kafka.resolve(FolderCheck.CLEAN)) ? NOTHING : in(kafka.resolve(FILE));
  }

  /** As Kafka reads it: without the file, or where it is damaged, everything. */
  private static RecoveryPoints in(Path file) {
    Map<String, Long> points = new HashMap<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (String line : lines.subList(2, lines.size())) {
        String[] words = line.split(" ");
        points.put(words[0] + "-" + words[1], Long.parseLong(words[2]));
      }
    } catch (IOException | RuntimeException e) {
      points.clear();
    }
    return new RecoveryPoints(points, 0);
  }

  /** That of a partition, by the name of its folder. */
  long of(String partition) {
    return points.getOrDefault(partition, others);
  }
}
