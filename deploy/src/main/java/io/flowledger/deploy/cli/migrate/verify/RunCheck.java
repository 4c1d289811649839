package io.flowledger.deploy.cli.migrate.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Listings;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a run against what the server answers: the run itself, its steps, the tasks of each step,
 * its metadata, its artifacts as listings show them, which is those of the latest attempt of each
 * task, and those of all other attempts.
 */
final class RunCheck implements HistoryVisitor {

  private static final int MOST_COMPARED = 200_000;

  private final History history;
  private final Run run;
  private final Resource path;
  private final ServerClient client;
  private final Differences differences;
  private final Losses losses;
  private final MessageDigest digest = Multiset.digest();
  private final Multiset steps = new Multiset();
  private final Map<String, Multiset> tasks = new LinkedHashMap<>();
  private final Multiset metadata = new Multiset();
  private final Multiset artifacts = new Multiset();
  private final TreeMap<Integer, Multiset> attempts = new TreeMap<>();
  private final List<Runnable> afterwards = new ArrayList<>();
  private @Nullable Task task;
  private long rows;

  RunCheck(History history, Run run, ServerClient client, Differences differences, Losses losses) {
    this.history = history;
    this.run = run;
    this.path = Resource.of("flows", run.flowId(), "runs", run.shownId());
    this.client = client;
    this.differences = differences;
    this.losses = losses;
  }

  /** Compares it; returns how many rows it has. */
  long check() {
    JsonNode found = client.find(path).map(ServerClient.Answer::json).orElse(null);
    if (found == null) {
      differences.add("run %s/%s is not here".formatted(run.flowId(), run.shownId()));
      return 1;
    }
    long time = history.keepsTimes() ? run.tsEpoch() : found.path("ts_epoch").asLong();
    compare("run", RowText.of(run, time), RowText.run(found));
    history.contents(run, this);
    endTask();
    afterwards.forEach(Runnable::run); // what is there is read one run after the other
    compare("steps", steps, path.under("steps"), RowText::step, "step_name");
    tasks.forEach(
        (step, expected) ->
            compare(
                "tasks of step " + step,
                expected,
                path.under("steps").under(step).under("tasks"),
                RowText::task,
                "task_id"));
    compare("metadata", metadata, path.under("metadata"), RowText::metadata, "id");
    compare("artifacts", artifacts, path.under("artifacts"), RowText::artifact, "name");
    return rows + 1;
  }

  private void compare(String what, String there, String here) {
    if (!there.equals(here)) {
      differences.add(
          "%s %s/%s: there %s, here %s".formatted(what, run.flowId(), run.shownId(), there, here));
    }
  }

  private void compare(
      String what,
      Multiset expected,
      Resource listing,
      Function<JsonNode, String> text,
      String keyField) {
    Multiset found = new Multiset();
    Listings.each(client, listing, row -> found.add(text.apply(row), digest));
    if (expected.isSameAs(found)) {
      return;
    }
    String of = "%s of run %s/%s".formatted(what, run.flowId(), run.shownId());
    if (expected.rows() + found.rows() > MOST_COMPARED) {
      differences.add(
          "%s: %d there, %d here, which differ".formatted(of, expected.rows(), found.rows()));
      return;
    }
    long before = differences.count();
    Map<String, String> there = new HashMap<>();
    Losses.Mark told = losses.mark();
    new Rows(listing, keyField, there).read();
    losses.backTo(told); // it was read before
    Listings.each(
        client,
        listing,
        row -> {
          String here = text.apply(row);
          String other = there.remove(RowText.key(here, keyField));
          if (other == null) {
            differences.add("%s: only here: %s".formatted(of, here));
          } else if (!other.equals(here)) {
            differences.add("%s: there %s, here %s".formatted(of, other, here));
          }
        });
    there.values().forEach(missing -> differences.add("%s: not here: %s".formatted(of, missing)));
    if (differences.count() == before) {
      differences.add("%s: it has changed while it was compared".formatted(of));
    }
  }

  // ---- what is there ---------------------------------------------------------------------------

  @Override
  public void flow(Flow flow) {}

  @Override
  public void run(Run other) {}

  @Override
  public void step(Step step) {
    rows++;
    steps.add(RowText.of(step), digest);
    tasks.put(step.name(), new Multiset());
  }

  @Override
  public void task(Task next) {
    endTask();
    rows++;
    task = next;
    tasks.computeIfAbsent(next.path().step(), step -> new Multiset()).add(RowText.of(next), digest);
  }

  @Override
  public void metadata(TaskPath of, List<Metadata> batch) {
    rows += batch.size();
    batch.forEach(row -> metadata.add(RowText.of(task(), row), digest));
  }

  @Override
  public void artifacts(TaskPath of, List<Artifact> batch) {
    rows += batch.size();
    for (Artifact row : batch) {
      attempts
          .computeIfAbsent(row.attempt(), attempt -> new Multiset())
          .add(RowText.of(task(), row), digest);
    }
  }

  private Task task() {
    if (task == null) {
      throw CommandFailure.failed("rows have come before their task");
    }
    return task;
  }

  private void endTask() {
    if (attempts.isEmpty()) {
      return;
    }
    Optional.ofNullable(attempts.pollLastEntry())
        .ifPresent(latest -> artifacts.addAll(latest.getValue()));
    Task of = task();
    attempts.forEach(
        (attempt, expected) -> afterwards.add(() -> compareAttempt(of, attempt, expected)));
    attempts.clear();
  }

  private void compareAttempt(Task of, int attempt, Multiset expected) {
    compare(
        "artifacts of attempt %d of task %s".formatted(attempt, of.path()),
        expected,
        path.under("steps")
            .under(of.path().step())
            .under("tasks")
            .under(of.shownId())
            .under("attempt")
            .under(Integer.toString(attempt))
            .under("artifacts"),
        RowText::artifact,
        "name");
  }

  /** The rows of one listing there, by what tells them from each other. */
  private final class Rows implements HistoryVisitor {
    private final String listing;
    private final boolean isOfRun;
    private final String keyField;
    private final Map<String, String> rows;
    private final Map<String, TreeMap<Integer, Map<String, String>>> made = new HashMap<>();
    private @Nullable Task of;

    Rows(Resource listing, String keyField, Map<String, String> rows) {
      this.listing = listing.toString();
      this.isOfRun = this.listing.equals(path + "/artifacts");
      this.keyField = keyField;
      this.rows = rows;
    }

    void read() {
      history.contents(run, this);
      made.forEach(
          (taskListing, byAttempt) ->
              byAttempt.forEach(
                  (attempt, found) -> {
                    boolean latest = attempt.equals(byAttempt.lastKey());
                    String own = taskListing + "/attempt/" + attempt + "/artifacts";
                    if (own.equals(listing) || (latest && isOfRun)) {
                      rows.putAll(found);
                    }
                  }));
    }

    private void put(String text) {
      rows.put(RowText.key(text, keyField), text);
    }

    @Override
    public void flow(Flow flow) {}

    @Override
    public void run(Run other) {}

    @Override
    public void step(Step step) {
      if (listing.equals(path.under("steps").toString())) {
        put(RowText.of(step));
      }
    }

    @Override
    public void task(Task next) {
      of = next;
      if (listing.equals(tasksOf(next).toString())) {
        put(RowText.of(next));
      }
    }

    private Resource tasksOf(Task next) {
      return path.under("steps").under(next.path().step()).under("tasks");
    }

    @Override
    public void metadata(TaskPath path, List<Metadata> batch) {
      if (listing.endsWith("/metadata") && of != null) {
        batch.forEach(row -> put(RowText.of(of, row)));
      }
    }

    @Override
    public void artifacts(TaskPath path, List<Artifact> batch) {
      if (!listing.endsWith("/artifacts") || of == null) {
        return;
      }
      String taskListing = tasksOf(of).under(of.shownId()).toString();
      if (!isOfRun && !listing.startsWith(taskListing + "/")) {
        return; // a run may have millions, and this is about those of one task
      }
      TreeMap<Integer, Map<String, String>> byAttempt =
          made.computeIfAbsent(taskListing, task -> new TreeMap<>());
      for (Artifact row : batch) {
        String text = RowText.of(of, row);
        byAttempt
            .computeIfAbsent(row.attempt(), attempt -> new HashMap<>())
            .put(RowText.key(text, keyField), text);
      }
    }
  }
}
