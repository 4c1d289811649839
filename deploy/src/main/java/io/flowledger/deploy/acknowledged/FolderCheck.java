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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Holds the folder of an embedded Kafka against what has been acknowledged, before Kafka starts on
 * it: what Kafka cannot read, it cuts off or sets aside, and goes on without. Nothing is changed.
 */
public final class FolderCheck {

  static final String NODE_FILE = "meta.properties";

  static final String CLEAN = ".kafka_cleanshutdown";
  static final String METADATA_FOLDER = Acknowledged.METADATA + "-0";

  /** Kafka's own, of which nothing is needed that the views do not know too. */
  static final String GROUPS = "__consumer_offsets";

  private final Path kafka;
  private final Optional<Acknowledged> known;
  private final List<Witness> witnesses;
  private final boolean everything;
  private final List<String> lacks = new ArrayList<>();
  private final List<String> cutOff = new ArrayList<>();

  private FolderCheck(
      Path kafka, Optional<Acknowledged> known, List<Witness> witnesses, boolean everything) {
    this.kafka = kafka;
    this.known = known;
    this.witnesses = witnesses;
    this.everything = everything;
  }

  /**
   * What was found, in words, the worst first; empty when the folder is as it was left.
   *
   * @param lacks what is missing of what was acknowledged
   * @param cutOff ends behind it that only witnesses know of: written, and not made durable yet
   */
  public record Findings(List<String> lacks, List<String> cutOff) {

    /** All of it, where everything was made durable before it was acknowledged. */
    public List<String> all() {
      return Stream.concat(lacks.stream(), cutOff.stream()).toList();
    }
  }

  /**
   * Reads what is in a folder.
   *
   * @param kafka folder of the embedded Kafka; need not be there
   * @param known what has been acknowledged; empty where nobody knows, as in folders of versions
   *     before the file, of which all is read then
   * @param witnesses those that there are
   * @param views folder of the views, which are made from the log
   * @param everything whether each record is read, as Kafka does where it trusts nothing; else
   *     those that may have changed since they were acknowledged
   * @throws IOException when it cannot be read
   */
  public static Findings of(
      Path kafka,
      Optional<Acknowledged> known,
      List<Witness> witnesses,
      Path views,
      boolean everything)
      throws IOException {
    FolderCheck check = new FolderCheck(kafka, known, witnesses, everything);
    check.check(views);
    return new Findings(List.copyOf(check.lacks), List.copyOf(check.cutOff));
  }

  private void check(Path views) throws IOException {
    Map<String, Path> partitions = partitions();
    boolean empty = partitions.isEmpty() && !Files.isDirectory(kafka.resolve(METADATA_FOLDER));
    if (empty && (known.isPresent() || hasViews(views))) {
      lacks.add("there is no log in " + kafka);
    } else if (!empty) {
      checkNode();
      ClusterMetadata metadata = ClusterMetadata.read(kafka.resolve(METADATA_FOLDER));
      checkStart(partitions, metadata);
      checkMetadata(partitions, metadata);
      if (known.isPresent()) {
        checkPartitions(known.get());
      } else {
        checkThere(partitions, metadata);
        checkWhole(partitions, metadata);
      }
      if (lacks.isEmpty()) {
        checkWitnesses();
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
        if (FolderNames.topic(name).isPresent() && !name.equals(METADATA_FOLDER)) {
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
    if (known.isEmpty() && !new NodeFile(kafka).isReadable()) {
      String what = Files.isRegularFile(kafka.resolve(NODE_FILE)) ? "damaged" : "missing";
      lacks.add(
          "%s is %s, which names the cluster of the log".formatted(kafka.resolve(NODE_FILE), what));
    }
  }

  /** What is there, and Kafka would replace or delete when it starts. */
  private void checkStart(Map<String, Path> partitions, ClusterMetadata metadata)
      throws IOException {
    Map<String, Path> all = new TreeMap<>(partitions);
    Path own = kafka.resolve(METADATA_FOLDER);
    if (Files.isDirectory(own)) {
      all.put(METADATA_FOLDER, own);
    }
    for (Map.Entry<String, Path> partition : all.entrySet()) {
      String name = partition.getKey();
      if (!name.startsWith(GROUPS + "-")) {
        for (Path swap : SegmentFiles.wrongSwaps(partition.getValue(), isWhole(name, metadata))) {
          lacks.add(
              "%s has a file %s, by which Kafka would replace others"
                  .formatted(name, swap.getFileName()));
        }
      }
    }
    StartOffsets.wrong(
            kafka,
            known.map(notes -> Set.copyOf(notes.topics().keySet())).orElse(Set.of()),
            metadata)
        .forEach(
            (name, offset) -> {
              if (!name.startsWith(GROUPS + "-")) {
                lacks.add(
                    "%s lets %s begin at offset %d, and Kafka would delete what is before"
                        .formatted(StartOffsets.FILE, name, offset));
              }
            });
  }

  private boolean isWhole(String partition, ClusterMetadata metadata) {
    String topic = FolderNames.topic(partition).orElseThrow();
    return known.map(Acknowledged::topics).map(topics -> topics.get(topic)).stream()
            .anyMatch(Acknowledged.Topic::whole)
        || witnesses.stream().anyMatch(seen -> seen.whole() && seen.folder().equals(partition))
        || metadata.isWhole(topic);
  }

  /** Without what Kafka knows of a topic, it would set the folders of that topic aside. */
  private void checkMetadata(Map<String, Path> partitions, ClusterMetadata metadata) {
    Path folder = kafka.resolve(METADATA_FOLDER);
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
          String topic = FolderNames.topic(name).orElseThrow();
          Uuid expected = metadata.topics().get(topic);
          if (topic.equals(GROUPS)) {
            return;
          }
          if (expected == null) {
            lacks.add("%s knows nothing of topic %s".formatted(METADATA_FOLDER, topic));
            return;
          }
          new PartitionFolder(partition)
              .topicId()
              .filter(named -> !named.equals(expected))
              .ifPresent(
                  named ->
                      lacks.add(
                          "%s/partition.metadata names topic %s, and not %s (%s)"
                              .formatted(partition, named, topic, expected)));
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
    RecoveryPoints recovery = RecoveryPoints.of(kafka);
    for (Map.Entry<String, Acknowledged.Topic> topic : acknowledged.topics().entrySet()) {
      if (topic.getKey().equals(Acknowledged.METADATA)) {
        continue;
      }
      for (Map.Entry<Integer, Extent> partition : topic.getValue().partitions().entrySet()) {
        String name = topic.getKey() + "-" + partition.getKey();
        PartitionAtRest folder = PartitionAtRest.of(kafka.resolve(name));
        boolean whole = topic.getValue().whole();
        Optional<String> lack = folder.lacks(whole, partition.getValue(), recovery.of(name));
        if (lack.isEmpty() && everything) {
          lack = folder.broken(whole, isClean());
        }
        lack.ifPresent(what -> lacks.add(name + " " + what));
        if (lack.isEmpty()) {
          LogEnd.of(folder.files(), Optional.of(partition.getValue()), whole, isClean())
              .gap()
              .ifPresent(what -> cutOff.add(name + " " + what));
        }
      }
    }
  }

  /**
   * A partition that Kafka knows, and had anything in it, has a folder. There is none yet where the
   * very first start was cut off: then nothing is in any of them.
   */
  private void checkThere(Map<String, Path> partitions, ClusterMetadata metadata)
      throws IOException {
    boolean isNew = !isClean() && isEmpty(partitions);
    NotedEnds ends = NotedEnds.of(kafka);
    for (Map.Entry<String, Uuid> topic : new TreeMap<>(metadata.topics()).entrySet()) {
      for (int number : metadata.partitions(topic.getValue())) {
        String name = topic.getKey() + "-" + number;
        boolean hadRecords = ends.mayHaveHad(name) || !isClean() && !isNew;
        if (!topic.getKey().equals(GROUPS) && !partitions.containsKey(name) && hadRecords) {
          lacks.add(name + " is missing, of which " + METADATA_FOLDER + " knows");
        }
      }
    }
  }

  private static boolean isEmpty(Map<String, Path> partitions) throws IOException {
    for (Path partition : partitions.values()) {
      if (PartitionAtRest.of(partition).end(Optional.empty()) > 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isClean() {
    return RecoveryPoints.isClean(kafka);
  }

  /** Where nobody knows how far it goes, it has at least to be one piece. */
  private void checkWhole(Map<String, Path> partitions, ClusterMetadata metadata)
      throws IOException {
    NotedEnds ends = NotedEnds.of(kafka);
    for (Map.Entry<String, Path> partition : partitions.entrySet()) {
      String name = partition.getKey();
      if (!name.startsWith(GROUPS)) {
        PartitionAtRest folder = PartitionAtRest.of(partition.getValue());
        Optional<String> broken = folder.broken(isWhole(name, metadata), isClean());
        broken.ifPresent(what -> lacks.add(name + " " + what));
        if (broken.isEmpty()) {
          checkEnd(name, folder, ends, metadata);
        }
      }
    }
  }

  /** Kafka has noted how far it goes, too. */
  private void checkEnd(
      String name, PartitionAtRest folder, NotedEnds ends, ClusterMetadata metadata)
      throws IOException {
    String topic = FolderNames.topic(name).orElseThrow();
    long end = folder.files().isEmpty() ? 0 : PartitionAtRest.endOfLast(folder.files());
    long certain = ends.certain(name, metadata.isFlushed(topic));
    if (end < certain) {
      lacks.add(endsBefore(name, end, certain));
    } else if (end < ends.last(name) && metadata.isNeverFlushed(topic)) {
      cutOff.add(endsBefore(name, end, ends.last(name)));
    }
  }

  private static String endsBefore(String name, long end, long noted) {
    return "%s can be read up to offset %d, Kafka has noted %d".formatted(name, end - 1, noted - 1);
  }

  private void checkWitnesses() throws IOException {
    for (Witness seen : witnesses) {
      Path path = kafka.resolve(seen.folder());
      Optional<Uuid> id = new PartitionFolder(path).topicId();
      if (id.isPresent() && !id.get().equals(seen.id())) {
        if (known.isEmpty()) { // else it is the view that is another
          lacks.add(
              "topic %s (%s) is another one now, %s".formatted(seen.topic(), seen.id(), id.get()));
        }
        continue;
      }
      long end =
          PartitionAtRest.of(path)
              .end(known.flatMap(all -> all.extent(seen.topic(), seen.partition())));
      if (end <= seen.offset()) {
        String what =
            "%s can be read up to offset %d, its view has seen %d"
                .formatted(seen.folder(), end - 1, seen.offset());
        if (known.isEmpty()) {
          lacks.add(what);
        } else if (seen.whole()) {
          cutOff.add(what);
        }
      }
    }
  }
}
