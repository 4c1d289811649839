package io.flowledger.query.diff;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Contents of a run at one moment, to be held against those of another.
 *
 * @param metadata the latest value of every field of every task
 * @param artifacts hash of the content, or where there is none its location
 */
record RunContents(
    Set<String> tags,
    Set<String> steps,
    Set<String> tasks,
    Map<MetadataKey, String> metadata,
    Map<ArtifactKey, String> artifacts) {

  private static final int MOST = 200_000;

  // Values are of any length, and those of two are held at a time.
  private static final int MOST_CHARACTERS = 8 << 20;

  /** A field of a task. */
  record MetadataKey(String task, String fieldName) implements Comparable<MetadataKey> {
    @Override
    public int compareTo(MetadataKey other) {
      int byTask = task.compareTo(other.task);
      return byTask != 0 ? byTask : fieldName.compareTo(other.fieldName);
    }
  }

  /** An artifact of an attempt of a task. */
  record ArtifactKey(String task, int attempt, String name) implements Comparable<ArtifactKey> {
    @Override
    public int compareTo(ArtifactKey other) {
      int byTask = task.compareTo(other.task);
      if (byTask != 0) {
        return byTask;
      }
      int byAttempt = Integer.compare(attempt, other.attempt);
      return byAttempt != 0 ? byAttempt : name.compareTo(other.name);
    }
  }

  /** What the tasks of a run are called. */
  enum TaskNames {
    /** As everywhere: {@code start/5}. */
    OWN,
    /** By their place in the step, oldest first, so that those of two runs are called alike. */
    BY_PLACE
  }

  /** Nothing of a run that is not there. */
  static RunContents empty() {
    return new RunContents(Set.of(), Set.of(), Set.of(), Map.of(), Map.of());
  }

  /**
   * Reads the whole run.
   *
   * @throws RefusedException 400 when it is too large
   */
  static RunContents of(View view, RunRow run, TaskNames names) {
    return new Reading(view, run, names).read();
  }

  private static final class Reading {
    private final View view;
    private final RunRow run;
    private final TaskNames names;
    private final Map<Long, String> taskNames = new HashMap<>();
    private final Set<String> steps = new TreeSet<>();
    private final Set<String> tasks = new LinkedHashSet<>();
    private final Map<MetadataKey, String> metadata = new TreeMap<>();
    private final Map<ArtifactKey, String> artifacts = new TreeMap<>();
    private int count;
    private int characters;

    Reading(View view, RunRow run, TaskNames names) {
      this.view = view;
      this.run = run;
      this.names = names;
    }

    RunContents read() {
      view.steps(run.number(), Optional.empty(), each(step -> steps.add(step.stepName())));
      steps.forEach(this::tasks);
      for (String step : steps) {
        // Of each task the newest come first.
        view.stepMetadata(
            run.number(),
            step,
            Optional.empty(),
            each(
                of ->
                    put(
                        metadata,
                        new MetadataKey(name(step, of.task()), of.row().fieldName()),
                        of.row().value())));
      }
      ArtifactScope whole = new ArtifactScope.OfRun(run.number());
      for (int attempt : view.attempts(whole)) {
        view.artifacts(whole, attempt, Optional.empty(), each(this::artifact));
      }
      return new RunContents(new TreeSet<>(run.tags()), steps, tasks, metadata, artifacts);
    }

    private void tasks(String step) {
      List<View.ListedTask> newestFirst = new ArrayList<>();
      view.tasks(run.number(), step, Optional.empty(), each(newestFirst::add));
      Collections.reverse(newestFirst);
      int place = 0;
      for (View.ListedTask task : newestFirst) {
        String name =
            names == TaskNames.OWN
                ? task.row().taskName().orElseGet(() -> Long.toString(task.row().id()))
                : Integer.toString(place++);
        taskNames.put(task.row().id(), step + "/" + name);
        tasks.add(step + "/" + name);
      }
    }

    private void artifact(ArtifactRow artifact) {
      put(
          artifacts,
          new ArtifactKey(name("", artifact.taskId()), artifact.attempt(), artifact.name()),
          artifact.content());
    }

    private <K> void put(Map<K, String> values, K key, String value) {
      if (values.putIfAbsent(key, value) == null) {
        characters += value.length();
      }
      if (characters > MOST_CHARACTERS) {
        throw RefusedException.malformed(
            "the values of the run have more than %d characters, which is too much to compare"
                .formatted(MOST_CHARACTERS));
      }
    }

    private String name(String step, long task) {
      return taskNames.getOrDefault(task, step + "/" + task); // registered just now
    }

    private <T> RowVisitor<T> each(Consumer<T> consumer) {
      return row -> {
        if (++count > MOST) {
          throw RefusedException.malformed(
              "the run has more than %d objects, which is too much to compare".formatted(MOST));
        }
        consumer.accept(row);
        return true;
      };
    }
  }
}
