package io.flowledger.deploy.acknowledged;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/** The file {@code meta.properties}, in which Kafka has what cluster a folder is of. */
public final class NodeFile {

  private static final String CLUSTER = "cluster.id";
  private static final String DIRECTORY = "directory.id";

  private final Path file;

  /**
   * @param kafka folder that it is in
   */
  public NodeFile(Path kafka) {
    this.file = kafka.resolve(FolderCheck.NODE_FILE);
  }

  SortedMap<String, String> read() throws IOException {
    Properties properties = new Properties();
    String text =
        SmallFiles.text(file, StandardCharsets.ISO_8859_1)
            .orElseThrow(() -> new IOException("there is no " + file + ", or it is too long"));
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw new IOException("no properties in " + file, e);
    }
    SortedMap<String, String> sorted = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> sorted.put(name, properties.getProperty(name)));
    return sorted;
  }

  /**
   * Makes it again as it was, where it is missing or another, and lets it name the folder as the
   * metadata of the cluster does: Kafka would take all that is in it for being elsewhere, and wait
   * for that.
   *
   * @param known what it was; empty where that is not known
   * @return whether that was so
   * @throws IOException when that fails
   */
  public boolean mend(Optional<Acknowledged> known) throws IOException {
    Optional<SortedMap<String, String>> now = readIfThere();
    Optional<Uuid> directory =
        ClusterMetadata.read(file.resolveSibling(FolderCheck.METADATA_FOLDER)).directory();
    if (known.isEmpty() && directory.isEmpty()) {
      return false; // where it is missing, Kafka's own tool makes one
    }
    SortedMap<String, String> wanted =
        new TreeMap<>(
            known
                .map(Acknowledged::node)
                .or(() -> now.filter(NodeFile::namesCluster))
                .orElseGet(NodeFile::ofNewCluster));
    directory.ifPresent(id -> wanted.put(DIRECTORY, id.toString()));
    if (now.filter(wanted::equals).isPresent()) {
      return false;
    }
    Files.writeString(
        file,
        wanted.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()),
        StandardCharsets.ISO_8859_1);
    return true;
  }

  /** Whether it names the cluster, and so can be read. */
  boolean isReadable() {
    return readIfThere().filter(NodeFile::namesCluster).isPresent();
  }

  private static boolean namesCluster(SortedMap<String, String> settings) {
    return settings.containsKey(CLUSTER);
  }

  private Optional<SortedMap<String, String>> readIfThere() {
    try {
      return Optional.of(read());
    } catch (IOException missing) {
      return Optional.empty();
    }
  }

  private static SortedMap<String, String> ofNewCluster() {
    return new TreeMap<>(
        Map.of("version", "1", "node.id", "1", CLUSTER, Uuid.randomUuid().toString()));
  }
}
