package io.flowledger.projector;

import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.StoreIdentity;
import io.flowledger.schemas.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * What a view of a projector that is not running knows of its log.
 *
 * @param topic id of the topic that it was made from
 * @param applied offset of the last record in it
 */
public record ViewedLog(Position.Log log, int partition, Uuid topic, long applied) {

  private static final String TASK = "0_";
  private static final long MEMORY = 4 << 20;

  /**
   * Of all views in the folder of a projector that can be read; nothing is changed. Nobody may
   * write to them meanwhile.
   *
   * @throws IOException when the folder cannot be read
   */
  public static List<ViewedLog> in(Path stateDir, String topicPrefix) throws IOException {
    StateFolders folders = new StateFolders(stateDir, topicPrefix);
    Path tasks = folders.task(0).resolveSibling("");
    List<ViewedLog> all = new ArrayList<>();
    if (!Files.isDirectory(tasks)) {
      return all;
    }
    try (Stream<Path> list = Files.list(tasks);
        RocksResources resources = new RocksResources(MEMORY)) {
      for (String name : list.map(task -> task.getFileName().toString()).sorted().toList()) {
        if (name.matches(TASK + "\\d{1,9}")) {
          int partition = Integer.parseInt(name.substring(TASK.length()));
          for (Position.Log log : Position.Log.values()) {
            of(log, partition, folders.view(partition, log), resources).ifPresent(all::add);
          }
        }
      }
    }
    return all;
  }

  private static Optional<ViewedLog> of(
      Position.Log log, int partition, Path view, RocksResources resources) {
    if (!Files.isDirectory(view)) {
      return Optional.empty();
    }
    try (RocksTable table = RocksTable.readOnly(view.toFile(), resources)) {
      return Optional.ofNullable(table.get(StoreIdentity.KEY))
          .map(StoreIdentity::fromRow)
          .filter(StoreIdentity::isKnown)
          .map(known -> new ViewedLog(log, partition, known.topic(), known.applied()));
    } catch (ProcessorStateException damaged) {
      return Optional.empty(); // it is made again
    }
  }
}
