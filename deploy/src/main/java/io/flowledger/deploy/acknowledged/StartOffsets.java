package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where Kafka will let its logs begin when it starts, as far as it has noted that. Here they begin
 * with their first file: nothing is deleted of any topic.
 */
final class StartOffsets {

  static final String FILE = "log-start-offset-checkpoint";

  private StartOffsets() {}

  /**
   * Those that are behind the first record, by the name of the folder of a partition. Of topics
   * that others keep for a while only, they may well be.
   *
   * @param known topics of which nothing is deleted
   */
  static SortedMap<String, Long> wrong(Path kafka, Set<String> known, ClusterMetadata metadata)
      throws IOException {
    SortedMap<String, Long> wrong = new TreeMap<>();
    for (Map.Entry<String, Long> start : OffsetTable.read(kafka.resolve(FILE)).entrySet()) {
      Path partition = kafka.resolve(start.getKey());
      String topic = FolderNames.topic(start.getKey()).orElse("");
      boolean kept =
          known.contains(topic) || metadata.isWhole(topic) || metadata.isCompacted(topic);
      if (kept && Files.isDirectory(partition)) {
        SortedMap<Long, Path> files = PartitionAtRest.of(partition).files();
        if (start.getValue() > (files.isEmpty() ? 0 : files.firstKey())) {
          wrong.put(start.getKey(), start.getValue());
        }
      }
    }
    return wrong;
  }
}
