package io.flowledger.projector;

import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.replay.LogRehearsal;
import io.flowledger.projector.store.Folders;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.schemas.Position;
import java.nio.file.Path;
import java.util.Optional;

/** Begins rehearsals of what would become of events, over the views that are here. */
final class Rehearsals {

  private final Path folder;
  private final LocalViews views;
  private final LogReads log;
  private final RecordProjection projection;
  private final RocksResources resources;

  /**
   * @param folder of theirs; what a process has left there that was killed is deleted
   */
  Rehearsals(
      Path folder,
      LocalViews views,
      LogReads log,
      RecordProjection projection,
      RocksResources resources) {
    this.folder = folder;
    this.views = views;
    this.log = log;
    this.projection = projection;
    this.resources = resources;
    Folders.delete(folder);
  }

  /**
   * Begins one, when the views have come to the end of the log. Blocks.
   *
   * @throws ViewUnavailableException when they do not, or are not here
   */
  Rehearsal begin(ReadModel readModel) {
    for (int partition = 0; partition < readModel.partitions(); partition++) {
      long last = log.last(Position.Log.EVENTS, partition);
      views.view(partition);
      if (last >= 0) {
        awaitEnd(readModel, Position.event(partition, last));
      }
    }
    return new LogRehearsal(folder, readModel, views::view, projection, resources);
  }

  private static void awaitEnd(ReadModel readModel, Position last) {
    Optional<ViewUnavailableException> reason;
    try {
      reason = readModel.awaitApplied(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ViewUnavailableException("interrupted");
    }
    if (reason.isPresent()) {
      throw new ViewUnavailableException(
          "the view of partition " + last.partition() + " is behind the log");
    }
  }
}
