package io.flowledger.ingest.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.text.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any mix of writes gives the same in bulk as one by one: the same answers, and views that are the
 * same to the byte. The seed that reproduces a failure is printed.
 */
final class BulkEquivalenceTest {

  private static final int ROUNDS = 4;
  private static final int WRITES = 1500;
  private static final IngestConfig CONFIG =
      new IngestConfig(Limits.DEFAULTS, BulkLimits.DEFAULTS, 300, "test/1");
  private static final Pattern NUMBER = Pattern.compile("\"(run_number|task_id)\": (\\d+)");

  private final Random random = Seed.random("BulkEquivalenceTest");

  /** A run or task that has been registered one by one, and what a bulk request calls it. */
  private record Known(String path, String ref) {}

  private final List<Known> runs = new ArrayList<>();
  private final List<Known> tasks = new ArrayList<>();
  private final List<String> entries = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private int refs;

  @Test
  void anyMixGivesTheSame(@TempDir Path directory) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      runs.clear();
      tasks.clear();
      entries.clear();
      expected.clear();
      try (IngestServer single = server(directory.resolve("single" + round));
          IngestServer bulk = server(directory.resolve("bulk" + round))) {
        for (int i = 0; i < WRITES; i++) {
          write(single);
        }

        Answer answer = bulk.bulk(entries.toArray(String[]::new));

        assertThat(results(answer.body())).isEqualTo(expected);
        assertThat(dump(bulk)).isEqualTo(dump(single));
      }
    }
  }

  private static IngestServer server(Path directory) throws IOException {
    return new IngestServer(Files.createDirectory(directory), CONFIG);
  }

  /** What each line says, without the position. */
  private static List<String> results(String body) {
    return body.lines()
        .map(
            line -> {
              Matcher message = Pattern.compile("\"status\": (\\d+), \"message\": ").matcher(line);
              return message.find()
                  ? message.group(1)
                  : line.replaceAll(".*\"result\": \"(\\w+)\".*", "$1");
            })
        .toList();
  }

  // ---- writes ----------------------------------------------------------------------------------

  private void write(IngestServer server) {
    switch (random.nextInt(12)) {
      case 0 -> flow(server);
      case 1 -> run(server);
      case 2, 3 -> step(server);
      case 4, 5 -> task(server);
      case 6, 7, 8 -> metadata(server);
      case 9 -> artifacts(server);
      case 10 -> tags(server);
      default -> beat(server);
    }
  }

  private String oneOf(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private String flowId() {
    return oneOf("A", "B", "C", "\u00fc/ 4");
  }

  private static String encoded(String name) {
    return java.net.URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String registration() {
    return oneOf(
        "",
        ", \"user_name\": \"bob\"",
        ", \"user_name\": null, \"tags\": [\"a\", \"b\"], \"system_tags\": null",
        ", \"tags\": [\"a\"], \"system_tags\": [\"sys\", \"metaflow_version:2.19.39\"]",
        ", \"tags\": 5");
  }

  private void done(Answer answer, String entry, String whenConflict) {
    entries.add(entry);
    expected.add(
        answer.status() == 200
            ? "created"
            : answer.status() == 409 ? whenConflict : Integer.toString(answer.status()));
  }

  private void flow(IngestServer server) {
    String flowId = flowId();
    String fields = registration();
    done(
        server.post("/flows/" + encoded(flowId), object(fields)),
        "{\"type\": \"flow\", \"flow_id\": \"" + flowId + "\"" + fields + "}",
        "exists");
  }

  private static String object(String fields) {
    return "{" + fields.replaceFirst("^, ", "") + "}";
  }

  private void run(IngestServer server) {
    String flowId = flowId();
    String name = oneOf("", "", ", \"run_number\": \"argo-1\"", ", \"run_number\": \"argo-2\"");
    String fields = registration() + name;
    String ref = "r" + refs++;
    Answer answer = server.post("/flows/" + encoded(flowId) + "/run", object(fields));
    String number = number(answer, "run_number", name);
    if (answer.status() == 200) {
      runs.add(new Known("/flows/" + encoded(flowId) + "/runs/" + number, "$" + ref));
    }
    done(
        answer,
        "{\"type\": \"run\", \"flow_id\": \"%s\", \"ref\": \"%s\"%s}"
            .formatted(flowId, ref, fields),
        "exists");
  }

  private static String number(Answer answer, String field, String name) {
    if (!name.isEmpty()) {
      return name.replaceAll(".*\"(argo-\\d|t-\\d)\"", "$1");
    }
    Matcher number = NUMBER.matcher(answer.body());
    String found = "";
    while (number.find()) {
      found = number.group(1).equals(field) ? number.group(2) : found;
    }
    return found;
  }

  /** A run of the request, or one that is not there. */
  private Known someRun() {
    return runs.isEmpty() || random.nextInt(20) == 0
        ? new Known("/flows/A/runs/99", "99\", \"flow_id\": \"A")
        : runs.get(random.nextInt(runs.size()));
  }

  private void step(IngestServer server) {
    Known run = someRun();
    String step = oneOf("start", "train", "end");
    String fields = registration();
    done(
        server.post(run.path() + "/steps/" + step + "/step", object(fields)),
        "{\"type\": \"step\", \"run_number\": \"%s\", \"step_name\": \"%s\"%s}"
            .formatted(run.ref(), step, fields),
        "exists");
  }

  private void task(IngestServer server) {
    Known run = someRun();
    String step = oneOf("start", "train", "end");
    String name = oneOf("", "", "", ", \"task_id\": \"t-1\"", ", \"task_id\": \"t-2\"");
    String fields = registration() + name;
    String ref = "t" + refs++;
    Answer answer = server.post(run.path() + "/steps/" + step + "/task", object(fields));
    if (answer.status() == 200) {
      tasks.add(
          new Known(
              run.path() + "/steps/" + step + "/tasks/" + number(answer, "task_id", name),
              "$" + ref));
    }
    done(
        answer,
        "{\"type\": \"task\", \"run_number\": \"%s\", \"step_name\": \"%s\", \"ref\": \"%s\"%s}"
            .formatted(run.ref(), step, ref, fields),
        "exists");
  }

  private Known someTask() {
    return tasks.isEmpty() || random.nextInt(20) == 0
        ? new Known(
            "/flows/A/runs/99/steps/start/tasks/99",
            "99\", \"flow_id\": \"A\", \"run_number\": \"99\", \"step_name\": \"start")
        : tasks.get(random.nextInt(Math.min(tasks.size(), 5)));
  }

  private void metadata(IngestServer server) {
    Known task = someTask();
    String value = oneOf("\"v\"", "5", "[\"items=0\"]", "true", "null");
    String rest = oneOf("", ", \"tags\": [\"attempt_id:0\"]", ", \"user_name\": \"bob\"");
    String field = oneOf("attempt", "attempt_ok", "x");
    done(
        server.post(
            task.path() + "/metadata",
            "[{\"field_name\": \"%s\", \"type\": \"t\", \"value\": %s%s}]"
                .formatted(field, value, rest)),
        random.nextBoolean()
            ? "{\"type\": \"metadata\", \"task_id\": \"%s\", \"field_name\": \"%s\","
                    .formatted(task.ref(), field)
                + " \"metadata_type\": \"t\", \"value\": %s%s}".formatted(value, rest)
            : "{\"type\": \"metadata\", \"task_id\": \"%s\", \"entries\": [{\"field_name\": \"%s\","
                    .formatted(task.ref(), field)
                + " \"type\": \"t\", \"value\": %s%s}]}".formatted(value, rest),
        "");
  }

  private void artifacts(IngestServer server) {
    Known task = someTask();
    String list =
        oneOf(
            "[{\"name\": \"x\"}]",
            "[{\"name\": \"y\", \"attempt_id\": 1, \"sha\": \"abc\"}, {\"name\": \"x\"}]",
            "[]",
            "[{\"name\": 5}]");
    Answer answer = server.post(task.path() + "/artifact", list);
    done(
        answer,
        "{\"type\": \"artifact\", \"task_id\": \"%s\", \"entries\": %s}"
            .formatted(task.ref(), list),
        "");
    if (answer.body().equals("{\"artifacts_created\": 0}") && !list.equals("[]")) {
      expected.set(expected.size() - 1, "exists");
    }
  }

  private void tags(IngestServer server) {
    Known run = someRun();
    String fields =
        oneOf(
            ", \"tags_to_add\": [\"n1\", \"n2\"]",
            ", \"tags_to_remove\": [\"a\", \"n1\"], \"tags_to_add\": [\"n3\"]",
            ", \"tags_to_remove\": [\"sys\"]",
            ", \"tags_to_add\": \"x\"");
    done(
        server.patch(run.path() + "/tag/mutate", object(fields)),
        "{\"type\": \"tags\", \"run_number\": \"%s\"%s}".formatted(run.ref(), fields),
        "");
  }

  private void beat(IngestServer server) {
    boolean ofTask = random.nextBoolean();
    Known known = ofTask ? someTask() : someRun();
    done(
        server.post(known.path() + "/heartbeat", ""),
        "{\"type\": \"heartbeat\", \"%s\": \"%s\"}"
            .formatted(ofTask ? "task_id" : "run_number", known.ref()),
        "");
  }

  // ---- reads -----------------------------------------------------------------------------------

  private static final class Dump {
    private final View view;
    private final StringBuilder text = new StringBuilder();

    Dump(View view) {
      this.view = view;
    }

    private void add(Consumer<Sink> render) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      render.accept((from, offset, count) -> bytes.write(from, offset, count));
      text.append(bytes.toString(StandardCharsets.ISO_8859_1)).append('\n');
    }

    private boolean flow(FlowRow flow) {
      add(flow::render);
      view.runs(flow.flowId(), Optional.empty(), this::run);
      return true;
    }

    private boolean run(RunRow run) {
      OptionalLong beat = view.heartbeat(run, view.progress(run.number()));
      add(sink -> run.renderRead(beat, sink));
      view.steps(run.number(), Optional.empty(), step -> step(run, step));
      view.runMetadata(
          run.number(),
          Optional.empty(),
          row -> {
            add(row::render);
            return true;
          });
      ArtifactScope scope = new ArtifactScope.OfRun(run.number());
      for (int attempt : view.attempts(scope)) {
        view.artifacts(
            scope,
            attempt,
            Optional.empty(),
            artifact -> {
              add(sink -> artifact.render(run, sink));
              return true;
            });
      }
      return true;
    }

    private boolean step(RunRow run, StepRow step) {
      add(sink -> step.render(run, sink));
      view.tasks(
          run.number(),
          step.stepName(),
          Optional.empty(),
          task -> {
            add(sink -> task.row().render(run, task.heartbeat(), sink));
            return true;
          });
      return true;
    }
  }

  /** All that can be read, newest first. */
  private static String dump(IngestServer server) {
    Dump dump = new Dump(server.views().view(0));
    dump.view.flows(Optional.empty(), dump::flow);
    return dump.text.toString();
  }
}
