package io.flowledger.deploy.cli.migrate.move;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.migrate.destination.TargetReads;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes, of what it is told, what the server does not have yet: of a run that is there its new
 * tags and heartbeat, of a task that is there the rows that are missing. Nothing may be on its way
 * of what it is told but what it has written itself.
 */
final class MissingWriter implements HistoryVisitor {

  private final TargetReads target;
  private final LineWriter writer;
  private final Clock clock;
  private final boolean keepsTimes;
  private final Set<Long> newRuns = new HashSet<>();
  private final Set<Long> newTasks = new HashSet<>();

  /**
   * @param keepsTimes whether a run that has another time is another one
   */
  MissingWriter(TargetReads target, LineWriter writer, Clock clock, boolean keepsTimes) {
    this.keepsTimes = keepsTimes;
    this.target = target;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public void flow(Flow flow) {
    if (target.flow(flow.flowId()).isEmpty()) {
      writer.flow(flow);
    }
  }

  @Override
  public void run(Run run) {
    Optional<JsonNode> found = target.run(run.flowId(), run.number());
    if (found.isEmpty()) {
      newRuns.add(run.number());
      writer.run(run);
      return;
    }
    JsonNode there = found.get();
    if (keepsTimes && there.path("ts_epoch").asLong() != run.tsEpoch()) {
      throw CommandFailure.failed(
          "run %s/%d here is another one than the one to be moved: it was registered at %d, not %d"
              .formatted(
                  run.flowId(), run.number(), there.path("ts_epoch").asLong(), run.tsEpoch()));
    }
    changeTags(run, there);
    if (isLater(run.heartbeat(), there)) {
      writer.heartbeat(run);
    }
  }

  private void changeTags(Run run, JsonNode there) {
    Set<String> before = Set.copyOf(Json.texts(there.path("tags")));
    List<String> added =
        run.tags().stream()
            .distinct()
            .filter(tag -> !before.contains(tag) && !run.systemTags().contains(tag))
            .toList();
    List<String> removed = new ArrayList<>(before);
    removed.removeAll(run.tags());
    if (!added.isEmpty() || !removed.isEmpty()) {
      writer.tags(run, removed, added, clock.millis());
    }
  }

  private static boolean isLater(@Nullable Long heartbeat, JsonNode there) {
    return heartbeat != null && heartbeat > there.path("last_heartbeat_ts").asLong();
  }

  @Override
  public void step(Step step) {
    if (newRuns.contains(step.run())
        || target.step(step.flowId(), step.run(), step.name()).isEmpty()) {
      writer.step(step);
    }
  }

  @Override
  public void task(Task task) {
    Optional<JsonNode> found =
        newRuns.contains(task.path().run()) ? Optional.empty() : target.task(task.path());
    if (found.isEmpty()) {
      newTasks.add(task.path().task());
      writer.task(task);
    } else if (isLater(task.heartbeat(), found.get())) {
      writer.heartbeat(task);
    }
  }

  @Override
  public void metadata(TaskPath task, List<Metadata> rows) {
    if (newTasks.contains(task.task())) {
      writer.metadata(task, rows);
      return;
    }
    Set<Long> there = target.metadata(task);
    List<Metadata> missing = rows.stream().filter(row -> !there.contains(row.id())).toList();
    if (!missing.isEmpty()) {
      writer.metadata(task, missing);
    }
  }

  @Override
  public void artifacts(TaskPath task, List<Artifact> rows) {
    if (newTasks.contains(task.task())) {
      writer.artifacts(task, rows);
      return;
    }
    Map<Integer, Set<String>> there = new HashMap<>();
    List<Artifact> missing =
        rows.stream()
            .filter(
                row ->
                    !there
                        .computeIfAbsent(row.attempt(), attempt -> target.artifacts(task, attempt))
                        .contains(row.name()))
            .toList();
    if (!missing.isEmpty()) {
      writer.artifacts(task, missing);
    }
  }
}
