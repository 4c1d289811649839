package io.flowledger.deploy.acknowledged;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Topic;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * What is in the folder of an embedded Kafka and is not of its log, so that Kafka ends at it, or
 * takes it for a part of the log: that is set aside before it starts.
 */
public final class StrayFiles {

  /** Kafka takes numbers from the names of these. */
  private static final Pattern NUMBERED =
      Pattern.compile(
          ".*\\.(log|index|timeindex|txnindex|snapshot|checkpoint)(\\.(swap|cleaned))?"
              + "|.*\\.(swap|cleaned)");

  private static final Pattern NUMBER =
      Pattern.compile(
          "\\d{20}\\.(log|index|timeindex|txnindex)(\\.(swap|cleaned))?|\\d{20}\\.snapshot"
              + "|\\d{20}-\\d{10}\\.checkpoint");

  private static final Pattern PARTITION =
      Pattern.compile(
          "(?<topic>.+)-(?<number>\\d+)(?<change>\\.[0-9a-f]{32}-(delete|future|stray))?");

  private final Path kafka;
  private final Path aside;
  private final List<String> names = new ArrayList<>();

  private StrayFiles(Path kafka, Path aside) {
    this.kafka = kafka;
    this.aside = aside.resolve("kafka");
  }

  /**
   * Sets aside what is not of the log, and cuts off what is behind its end.
   *
   * @param kafka folder of the embedded Kafka; need not be there
   * @param aside folder for it
   * @param known what the log has for certain; empty where that is not known
   * @return the names of what was set aside
   * @throws IOException when that fails
   */
  public static List<String> setAside(Path kafka, Path aside, Optional<Acknowledged> known)
      throws IOException {
    StrayFiles strays = new StrayFiles(kafka, aside);
    if (Files.isDirectory(kafka)) {
      ClusterMetadata metadata = ClusterMetadata.read(kafka.resolve(FolderCheck.METADATA_FOLDER));
      strays.setFoldersAside(metadata.topics());
      strays.setFilesAside(known, metadata);
    } else if (Files.exists(kafka)) {
      strays.move(kafka, "file");
    }
    return strays.names;
  }

  /**
   * Kafka waits for a pipe, ends at a folder of another name, and deletes, or goes on beside, a
   * renamed one.
   */
  private void setFoldersAside(Map<String, Uuid> topics) throws IOException {
    for (Path each : list(kafka)) {
      String name = each.getFileName().toString();
      Matcher partition = PARTITION.matcher(name);
      if (!partition.matches()) {
        if (!Files.isRegularFile(each)) {
          move(each, name);
        }
      } else if (!Files.isDirectory(each)) {
        move(each, name);
      } else if (partition.group("change") != null
          && topics.containsKey(partition.group("topic"))
          && !Files.exists(
              kafka.resolve(partition.group("topic") + "-" + partition.group("number")))) {
        move(each, name);
      }
    }
  }

  private void setFilesAside(Optional<Acknowledged> known, ClusterMetadata metadata)
      throws IOException {
    Set<String> topics = known.map(all -> Set.copyOf(all.topics().keySet())).orElse(Set.of());
    if (!StartOffsets.wrong(kafka, topics, metadata).isEmpty()) {
      move(kafka.resolve(StartOffsets.FILE), StartOffsets.FILE);
    }
    for (Path partition : list(kafka)) {
      if (Files.isDirectory(partition)) {
        setMisnamedAside(partition);
        String topic = FolderNames.topic(partition.getFileName().toString()).orElse("");
        if (!topic.isEmpty()) {
          setAside(partition, topic, known, metadata);
        }
      }
    }
  }

  private void setMisnamedAside(Path partition) throws IOException {
    for (Path file : list(partition)) {
      String name = file.getFileName().toString();
      boolean misnamed = NUMBERED.matcher(name).matches() && !NUMBER.matcher(name).matches();
      if (misnamed || !Files.isRegularFile(file)) {
        move(file, kafka.relativize(file).toString());
      }
    }
  }

  private void setAside(
      Path partition, String topic, Optional<Acknowledged> known, ClusterMetadata metadata)
      throws IOException {
    Optional<Topic> noted = known.flatMap(all -> Optional.ofNullable(all.topics().get(topic)));
    boolean own = topic.equals(Acknowledged.METADATA);
    boolean whole = noted.map(Topic::whole).orElse(metadata.isWhole(topic));
    for (Path swap : SegmentFiles.wrongSwaps(partition, whole)) {
      for (Path file : SegmentFiles.withIndexes(swap)) {
        move(file, kafka.relativize(file).toString());
      }
    }
    Optional<Extent> extent =
        noted.flatMap(
            all -> Optional.ofNullable(all.partitions().get(FolderNames.number(partition))));
    SortedMap<Long, Path> files = PartitionAtRest.of(partition).files();
    if (own) { // Kafka always reads all of it
      setAside(LogEnd.of(files, Optional.empty(), true, false));
    } else if (topic.equals(FolderCheck.GROUPS)) { // nobody knows, nor needs to know, how far it is
      setAside(LogEnd.ofSpare(files));
    } else if (extent.isPresent() || known.isEmpty()) {
      setAside(LogEnd.of(files, extent, whole, RecoveryPoints.isClean(kafka)));
    }
  }

  private void setAside(LogEnd end) throws IOException {
    for (Path stray : end.strays()) {
      move(stray, kafka.relativize(stray).toString());
    }
    for (LogEnd.Cut cut : end.cuts()) {
      cutOff(cut.file(), cut.bytes());
    }
  }

  private void cutOff(Path file, long bytes) throws IOException {
    String name = kafka.relativize(file).toString();
    Path place = place(name + ".from-" + bytes);
    try (FileChannel from =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to =
            FileChannel.open(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      from.position(bytes);
      for (long at = 0; at < from.size() - bytes; ) {
        at += to.transferFrom(from, at, from.size() - bytes - at);
      }
      to.force(true);
      from.truncate(bytes);
      from.force(true);
    }
    names.add("what is behind byte %d of %s".formatted(bytes, name));
  }

  private void move(Path file, String name) throws IOException {
    Files.move(file, place(name));
    names.add(name);
  }

  /** One that is free. */
  private Path place(String name) throws IOException {
    Path wanted = aside.resolve(name);
    Files.createDirectories(wanted.resolveSibling(""));
    Path place = wanted;
    for (int number = 1; Files.exists(place); number++) {
      place = wanted.resolveSibling(wanted.getFileName() + "." + number);
    }
    return place;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
