package io.flowledger.projector.projection;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.MetadataBatch;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Records of what happened to registered objects: metadata and artifacts of tasks, and tags of
 * runs. What they are about has to be there.
 */
final class Records {

  private Records() {}

  static Verdict metadata(MetadataRecorded event, ViewWriter view) {
    Optional<TaskRow> task =
        Registered.task(
            event.getFlowId(), event.getRunNumber(), event.getStepName(), event.getTaskId(), view);
    if (task.isEmpty()) {
      return Registered.noTask(event.getRunNumber(), event.getStepName(), event.getTaskId());
    }
    for (MetadataBatch batch : MetadataBatch.of(event, task.get())) {
      var place = new Cursor.ByNumber(event.getTsEpoch(), batch.lowestId());
      byte[] key =
          Keys.metadata(event.getRunNumber(), event.getStepName(), event.getTaskId(), place);
      view.put(key, batch.bytes());
      view.put(Keys.metadataInRun(event.getRunNumber(), place), key);
      SearchIndex.metadata(event.getRunNumber(), batch, view);
    }
    TaskOutcomes.record(event, view);
    RunOutcomes.record(event, view);
    return Verdict.APPLIED;
  }

  static Verdict artifacts(ArtifactsRecorded event, ViewWriter view) {
    Optional<TaskRow> task =
        Registered.task(
            event.getFlowId(), event.getRunNumber(), event.getStepName(), event.getTaskId(), view);
    if (task.isEmpty()) {
      return Registered.noTask(event.getRunNumber(), event.getStepName(), event.getTaskId());
    }
    Map<Integer, ArtifactsOfAttempt> attempts = new TreeMap<>();
    for (ArtifactEntry entry : event.getEntries()) {
      attempts
          .computeIfAbsent(
              entry.getAttemptId(),
              attempt -> new ArtifactsOfAttempt(event, task.get(), attempt, view))
          .add(entry);
    }
    attempts.values().forEach(attempt -> attempt.put(view));
    int superseded = attempts.values().stream().mapToInt(ArtifactsOfAttempt::superseded).sum();
    return superseded == 0
        ? Verdict.APPLIED
        : new Verdict.Superseded(superseded + " artifacts of task " + event.getTaskId());
  }

  static Verdict tags(RunTagsMutated event, ViewWriter view) {
    Optional<RunRow> run = Registered.run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return Registered.noRun(event.getFlowId(), event.getRunNumber());
    }
    RunRow row = run.get();
    Set<String> tags = new LinkedHashSet<>(row.tags());
    event.getTagsToRemove().forEach(tags::remove);
    tags.addAll(event.getTagsToAdd());
    row.systemTags().forEach(tags::remove);
    view.put(Keys.run(row.number()), row.withTags(new ArrayList<>(tags)).bytes());
    SearchIndex.tags(event, view);
    return Verdict.APPLIED;
  }
}
