package io.flowledger.projector.projection;

import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.RunProgress;
import java.util.Optional;

/**
 * Progress of a run, by what its tasks say: a run ends as its last step does, and lives while a
 * task of it is registered with a heartbeat.
 */
final class RunOutcomes {

  private RunOutcomes() {}

  /** Writes the progress of the run, if the event says something about it. */
  static void record(MetadataRecorded event, ViewWriter view) {
    if (!event.getStepName().equals(RunProgress.LAST_STEP)) {
      return;
    }
    RunProgress before = progress(event.getRunNumber(), view);
    RunProgress after = before;
    for (MetadataEntry entry : event.getEntries()) {
      after = after(after, entry, event.getTsEpoch());
    }
    if (after != before) {
      view.put(Keys.progress(event.getRunNumber()), after.bytes());
    }
  }

  private static RunProgress after(RunProgress before, MetadataEntry entry, long tsEpoch) {
    return switch (entry.getFieldName()) {
      case "attempt" -> before.withAttempt(tsEpoch, entry.getId());
      case "attempt_ok" -> {
        Optional<Boolean> ok = TaskOutcomes.truth(entry);
        yield ok.isEmpty() ? before : before.withOutcome(ok.get(), tsEpoch, entry.getId());
      }
      default -> before;
    };
  }

  /**
   * Notes a heartbeat of one of its tasks.
   *
   * @param seconds since the epoch
   */
  static void beat(long run, long seconds, ViewWriter view) {
    RunProgress progress = progress(run, view);
    if (progress.taskHeartbeat().orElse(0) < seconds) {
      view.put(Keys.progress(run), progress.withTaskHeartbeat(seconds).bytes());
    }
  }

  private static RunProgress progress(long run, ViewWriter view) {
    byte[] row = view.get(Keys.progress(run));
    return row == null ? RunProgress.initial() : new RunProgress(row);
  }
}
