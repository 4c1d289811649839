package io.flowledger.projector;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.projector.readmodel.ArtifactBatch;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.TaskRow;
import java.util.HashMap;
import java.util.Map;

/**
 * Artifacts that an event records of one attempt: those whose names it has not recorded yet. The
 * first one in the log is the artifact.
 */
final class AttemptRecord {
  private final ArtifactsRecorded event;
  private final TaskRow task;
  private final int attempt;
  private final KnownArtifacts known;
  private final Map<String, ArtifactEntry> fresh = new HashMap<>();
  private int superseded;

  AttemptRecord(ArtifactsRecorded event, TaskRow task, int attempt, ViewWriter view) {
    this.event = event;
    this.task = task;
    this.attempt = attempt;
    byte[] taskKey = Keys.task(task.id());
    this.known = new KnownArtifacts(key -> view.getUnder(taskKey, key), task.id(), attempt);
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
      Scope step = new Scope.OfStep(run, event.getStepName());
      view.put(
          Keys.artifactsInList(new Scope.OfRun(run), attempt, ts, task.id()), ViewWriter.EMPTY);
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
