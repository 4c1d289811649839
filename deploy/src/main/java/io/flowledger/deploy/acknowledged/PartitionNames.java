package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * The files in which Kafka has of which topic a folder is. One that is of no topic, or of another
 * one, it sets aside with the log in it; so where they are damaged, they are made again.
 */
public final class PartitionNames {

  private PartitionNames() {}

  /**
   * Names each folder as the metadata of the cluster does.
   *
   * @param kafka folder of the embedded Kafka; need not be there
   */
  public static void mend(Path kafka) throws IOException {
    Path metadata = kafka.resolve(FolderCheck.METADATA_FOLDER);
    Map<String, Uuid> topics = ClusterMetadata.read(metadata).topics();
    if (Files.isDirectory(metadata)) {
      mend(metadata, Uuid.METADATA_TOPIC_ID);
      try (Stream<Path> folders = Files.list(kafka).filter(Files::isDirectory)) {
        for (Path folder : folders.toList()) {
          Optional<String> topic = FolderNames.topic(folder.getFileName().toString());
          Optional<Uuid> id = topic.map(topics::get);
          if (id.isPresent()) {
            mend(folder, id.get());
          }
        }
      }
    }
  }

  private static void mend(Path folder, Uuid id) throws IOException {
    PartitionFolder partition = new PartitionFolder(folder);
    if (!partition.topicId().equals(Optional.of(id))) {
      partition.name(id);
    }
  }
}
