package io.flowledger.deploy.acknowledged;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Holds the folder of an embedded Kafka against what has been acknowledged, before Kafka starts on
 * it: what Kafka cannot read, it cuts off or sets aside, and goes on without. Nothing is changed.
 */
public final class FolderCheck {

  static final String NODE_FILE = "meta.properties";

  private static final Pattern PARTITION = Pattern.compile("(?<topic>.+)-(?<number>\\d+)");
  private static final String CLEAN = ".kafka_cleanshutdown";
  private static final String METADATA_FOLDER = Acknowledged.METADATA + "-0";

  /** Kafka's own, of which nothing is needed that the views do not know too. */
  private static final String GROUPS = "__consumer_offsets";

  private final Path kafka;
  private final Optional<Acknowledged> known;
  private final List<String> lacks = new ArrayList<>();

  private FolderCheck(Path kafka, Optional<Acknowledged> known) {
    this.kafka = kafka;
    this.known = known;
  }

  /**
   * What a folder lacks, in words, the worst first; empty when it is as it was left.
   *
   * @param kafka folder of the embedded Kafka; need not be there
   * @param known what has been acknowledged; empty where nobody knows
   * @param views folder of the views, which are made from the log
   * @throws IOException when it cannot be read
   */
  public static List<String> lacks(Path kafka, Optional<Acknowledged> known, Path views)
      throws IOException {
    FolderCheck check = new FolderCheck(kafka, known);
    check.check(views);
    return List.copyOf(check.lacks);
  }

  private void check(Path views) throws IOException {
    Map<String, Path> partitions = partitions();
    boolean empty = partitions.isEmpty() && !Files.exists(kafka.resolve(METADATA_FOLDER));
    if (empty && (known.isPresent() || hasViews(views))) {
      lacks.add("there is no log in " + kafka);
    } else if (!empty) {
      checkNode();
      checkMetadata(partitions);
      if (known.isPresent()) {
        checkPartitions(known.get());
      }
    }
  }

  private Map<String, Path> partitions() throws IOException {
    Map<String, Path> partitions = new TreeMap<>();
    if (!Files.isDirectory(kafka)) {
      return partitions;
    }
    try (Stream<Path> folders = Files.list(kafka)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        String name = folder.getFileName().toString();
        if (PARTITION.matcher(name).matches() && !name.equals(METADATA_FOLDER)) {
          partitions.put(name, folder);
        }
      }
    }
    return partitions;
  }

  private static boolean hasViews(Path views) throws IOException {
    if (!Files.isDirectory(views)) {
      return false;
    }
    try (Stream<Path> files = Files.find(views, 4, (file, is) -> file.endsWith("CURRENT"))) {
      return files.findAny().isPresent();
    }
  }

  /** Where it is known, {@link NodeFile} makes it again. */
  private void checkNode() {
    if (known.isEmpty() && !Files.exists(kafka.resolve(NODE_FILE))) {
      lacks.add(kafka.resolve(NODE_FILE) + " is missing, which names the cluster of the log");
    }
  }

  /** Without what Kafka knows of a topic, it would set the folders of that topic aside. */
  private void checkMetadata(Map<String, Path> partitions) throws IOException {
    Path folder = kafka.resolve(METADATA_FOLDER);
    ClusterMetadata metadata = ClusterMetadata.read(folder);
    long end =
        known.flatMap(all -> all.extent(Acknowledged.METADATA, 0)).map(Extent::end).orElse(0L);
    if (metadata.end() < end) {
      lacks.add(
          Files.isDirectory(folder)
              ? "%s can be read up to offset %d, acknowledged is %d"
                  .formatted(METADATA_FOLDER, metadata.end() - 1, end - 1)
              : METADATA_FOLDER + " is missing");
      return;
    }
    partitions.forEach(
        (name, partition) -> {
          Matcher parts = PARTITION.matcher(name);
          String topic = parts.matches() ? String.valueOf(parts.group("topic")) : name;
          Uuid expected = metadata.topics().get(topic);
          if (topic.equals(GROUPS)) {
            return;
          }
          if (expected == null) {
            lacks.add("%s knows nothing of topic %s".formatted(METADATA_FOLDER, topic));
          } else if (new PartitionFolder(partition).topicId().filter(expected::equals).isEmpty()) {
            lacks.add(
                "%s/partition.metadata does not name topic %s (%s)"
                    .formatted(partition, topic, expected));
          }
        });
    known
        .map(Acknowledged::topics)
        .orElse(Collections.emptySortedMap())
        .forEach(
            (name, topic) -> {
              Uuid now = metadata.topics().get(name);
              if (!name.equals(Acknowledged.METADATA) && !topic.id().equals(now)) {
                lacks.add(
                    "topic %s (%s) is %s"
                        .formatted(
                            name, topic.id(), now == null ? "gone" : "another one now, " + now));
              }
            });
  }

  private void checkPartitions(Acknowledged acknowledged) throws IOException {
    RecoveryPoints recovery =
        Files.exists(kafka.resolve(CLEAN))
            ? RecoveryPoints.NOTHING
            : RecoveryPoints.in(kafka.resolve(RecoveryPoints.FILE));
    for (Map.Entry<String, Acknowledged.Topic> topic : acknowledged.topics().entrySet()) {
      if (topic.getKey().equals(Acknowledged.METADATA)) {
        continue;
      }
      for (Map.Entry<Integer, Extent> partition : topic.getValue().partitions().entrySet()) {
        String name = topic.getKey() + "-" + partition.getKey();
        new PartitionFolder(kafka.resolve(name))
            .lacks(topic.getValue().whole(), partition.getValue(), recovery.of(name))
            .ifPresent(what -> lacks.add(name + " " + what));
      }
    }
  }
}
