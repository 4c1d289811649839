package io.flowledger.projector.projection;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.projector.layout.ArtifactLookup;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.NumberRow;
import io.flowledger.projector.row.ArtifactBatch;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.TaskRow;
import java.util.HashMap;
import java.util.Map;

/**
 * Artifacts that an event records of one attempt: those whose names it has not recorded yet. The
 * first one in the log is the artifact.
 */
final class ArtifactsOfAttempt {
  private final ArtifactsRecorded event;
  private final TaskRow task;
  private final int attempt;
  private final ArtifactLookup known;
  private final Map<String, ArtifactEntry> fresh = new HashMap<>();
  private int superseded;

  ArtifactsOfAttempt(ArtifactsRecorded event, TaskRow task, int attempt, ViewWriter view) {
    this.event = event;
    this.task = task;
    this.attempt = attempt;
    byte[] taskKey = Keys.task(task.id());
    this.known = new ArtifactLookup(key -> view.getUnder(taskKey, key), task.id(), attempt);
  }

  void add(ArtifactEntry entry) {
    if (known.find(entry.getName()).isPresent()
        || fresh.putIfAbsent(entry.getName(), entry) != null) {
      superseded++;
    }
  }

  int superseded() {
    return superseded;
  }

  void put(ViewWriter view) {
    if (fresh.isEmpty()) {
      return;
    }
    long ts = event.getTsEpoch();
    byte[] key = Keys.artifacts(task.id(), attempt, ts);
    byte[] before = known.firstTs().isPresent() ? view.get(key) : null;
    ArtifactBatch batch =
        ArtifactBatch.of(
            event, fresh.values(), task, before == null ? null : new ArtifactBatch(before));
    view.put(key, batch.bytes());
    if (before == null) {
      long run = event.getRunNumber();
      ArtifactScope step = new ArtifactScope.OfStep(run, event.getStepName());
      view.put(
          Keys.artifactsInList(new ArtifactScope.OfRun(run), attempt, ts, task.id()),
          ViewWriter.EMPTY);
      view.put(Keys.artifactsInList(step, attempt, ts, task.id()), ViewWriter.EMPTY);
    }
    if (known.firstTs().isEmpty()) {
      view.put(Keys.firstArtifacts(task.id(), attempt), NumberRow.of(ts));
    } else if (known.firstTs().getAsLong() != ts) {
      for (String name : fresh.keySet()) {
        view.put(Keys.laterArtifact(task.id(), attempt, name), NumberRow.of(ts));
      }
    }
  }
}
