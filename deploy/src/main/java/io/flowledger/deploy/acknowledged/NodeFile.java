package io.flowledger.deploy.acknowledged;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The file {@code meta.properties}, in which Kafka has what cluster a folder is of. */
public final class NodeFile {

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
   * Makes it again as it was, where it is missing or another.
   *
   * @return whether that was so
   * @throws IOException when that fails
   */
  public boolean mend(Acknowledged acknowledged) throws IOException {
    if (isAsItWas(acknowledged)) {
      return false;
    }
    Files.writeString(
        file,
        acknowledged.node().entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()),
        StandardCharsets.ISO_8859_1);
    return true;
  }

  /** Whether it names the cluster, and so can be read. */
  boolean isReadable() {
    try {
      return read().containsKey("cluster.id");
    } catch (IOException missing) {
      return false;
    }
  }

  private boolean isAsItWas(Acknowledged acknowledged) {
    try {
      return read().equals(acknowledged.node());
    } catch (IOException missing) {
      return false;
    }
  }
}
