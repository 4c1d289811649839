package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file in which Kafka has an offset of each of its partitions. */
final class OffsetTable {

  private static final int HEAD = 2; // a version, and the number of lines

  private OffsetTable() {}

  /** By the name of the folder of a partition; as Kafka reads it, empty where it is damaged. */
  static Map<String, Long> read(Path file) {
    Map<String, Long> offsets = new HashMap<>();
    try {
      List<String> lines = SmallFiles.text(file, UTF_8).orElse("").lines().toList();
      for (String line : lines.subList(HEAD, lines.size())) {
        String[] words = line.split(" ");
        offsets.put(words[0] + "-" + words[1], Long.parseLong(words[2]));
      }
      return offsets;
    } catch (IOException | RuntimeException e) {
      return Map.of();
    }
  }
}
