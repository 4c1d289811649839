package io.flowledger.deploy.acknowledged;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the folders in which Kafka keeps partitions: topic and number. */
final class FolderNames {

  private static final Pattern PARTITION = Pattern.compile("(?<topic>.+)-(?<number>\\d+)");

  private FolderNames() {}

  /** Of which topic a folder of that name is; empty for one that is of none. */
  static Optional<String> topic(String folder) {
    Matcher parts = PARTITION.matcher(folder);
    return parts.matches() ? Optional.of(String.valueOf(parts.group("topic"))) : Optional.empty();
  }

  /** Which partition of its topic a folder of {@link #topic} is. */
  static int number(Path folder) {
    Matcher parts = PARTITION.matcher(folder.getFileName().toString());
    return parts.matches() ? Integer.parseInt(String.valueOf(parts.group("number"))) : -1;
  }
}
