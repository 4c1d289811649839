package io.flowledger.projector;

import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.StoreIdentity;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Folders of a projector's state directory: those of the views are where Kafka Streams has them.
 *
 * @param topicPrefix of the projector's topics
 */
record StateFolders(Path stateDir, String topicPrefix) {

  private static final String PAST_STATES = "past-states";
  private static final String REHEARSALS = "rehearsals";
  private static final int MOST_PARTITIONS = 10_000;

  static StateFolders of(ProjectorConfig config) {
    return new StateFolders(config.stateDir(), config.topics().prefix());
  }

  /** Both views of a partition belong to the one sub-topology that there is. */
  Path task(int partition) {
    return stateDir.resolve(ProjectorConfig.group(topicPrefix)).resolve("0_" + partition);
  }

  Path view(int partition, Position.Log log) {
    return task(partition)
        .resolve(log == Position.Log.EVENTS ? ViewKinds.EVENTS : ViewKinds.HEARTBEATS);
  }

  Path pastStates() {
    return stateDir.resolve(PAST_STATES);
  }

  Path rehearsals() {
    return stateDir.resolve(REHEARSALS);
  }

  /**
   * Makes the folders that the views of the partitions are put in.
   *
   * @throws IOException when they cannot be made
   */
  void create(int partitions) throws IOException {
    for (int partition = 0; partition < partitions; partition++) {
      Files.createDirectories(task(partition));
    }
  }

  /**
   * The heads of the log as far as the views are, while nobody writes them. Partitions whose views
   * are not there are left out.
   *
   * @throws ProcessorStateException when a view cannot be read
   */
  List<PartitionHead> heads() {
    List<PartitionHead> heads = new ArrayList<>();
    try (RocksResources resources = RocksResources.forBulk()) {
      for (int partition = 0; partition < MOST_PARTITIONS; partition++) {
        Path view = view(partition, Position.Log.EVENTS);
        if (Files.isDirectory(view)) {
          try (RocksTable table = RocksTable.readOnly(view.toFile(), resources)) {
            heads.add(
                new PartitionHead(
                    Topics.events(topicPrefix), partition, StoreIdentity.headIn(table)));
          }
        }
      }
    }
    return heads;
  }
}
