package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where Kafka will let its logs begin when it starts, as far as it has noted that. Here they begin
 * with their first file: nothing is deleted of any topic.
 */
final class StartOffsets {

  static final String FILE = "log-start-offset-checkpoint";

  private StartOffsets() {}

  /** Those that are behind the first record, by the name of the folder of a partition. */
  static SortedMap<String, Long> wrong(Path kafka) throws IOException {
    SortedMap<String, Long> wrong = new TreeMap<>();
    for (Map.Entry<String, Long> start : OffsetTable.read(kafka.resolve(FILE)).entrySet()) {
      Path partition = kafka.resolve(start.getKey());
      if (Files.isDirectory(partition)) {
        SortedMap<Long, Path> files = PartitionAtRest.of(partition).files();
        if (start.getValue() > (files.isEmpty() ? 0 : files.firstKey())) {
          wrong.put(start.getKey(), start.getValue());
        }
      }
    }
    return wrong;
  }
}
