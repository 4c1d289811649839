package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.client.Answer;
import io.flowledger.bench.cluster.client.MetaflowClient;
import io.flowledger.bench.cluster.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The writes of Metaflow's client, and what becomes of them in the history. */
final class Writes {

  private final String client;
  private final MetaflowClient http;
  private final Recorder recorder;
  private long count;

  /**
   * @param client name, of which markers are made
   */
  Writes(String client, MetaflowClient http, Recorder recorder) {
    this.client = client;
    this.http = http;
    this.recorder = recorder;
  }

  /** A text that no other request has. */
  String unique() {
    return client + "." + ++count;
  }

  private static String body(String marker, String more) {
    return "{\"user_name\": \"%s\"%s, \"ts_epoch\": 1795436243000}".formatted(marker, more);
  }

  /**
   * Creates an object with a path that the client chooses; whether it is there afterwards.
   *
   * @param post path to post to
   * @param more fields of the body, each after a comma
   */
  boolean named(String path, String post, String more) {
    String marker = unique();
    return http.call(
            attempt -> Request.post(post, body(marker + "." + attempt, more)),
            (answer, attempt) -> recorder.creation(path, marker + "." + attempt, false, answer))
        .isPresent();
  }

  boolean flow(String flow) {
    return named("/flows/" + flow, "/flows/" + flow, "");
  }

  boolean step(String run, String step) {
    return named(run + "/steps/" + step, run + "/steps/" + step + "/step", "");
  }

  boolean run(String flow, String id) {
    String path = "/flows/" + flow;
    return named(path + "/runs/" + id, path + "/run", ", \"run_number\": \"" + id + "\"");
  }

  boolean task(String step, String id) {
    return named(step + "/tasks/" + id, step + "/task", ", \"task_id\": \"" + id + "\"");
  }

  /** A new run; its path, or empty after a failure. */
  Optional<String> newRun(String flow, boolean keyed) {
    String path = "/flows/" + flow;
    return numbered(path + "/runs", path + "/run", "run_number", keyed);
  }

  /** A new task; its path, or empty after a failure. */
  Optional<String> newTask(String step, boolean keyed) {
    return numbered(step + "/tasks", step + "/task", "task_id", keyed);
  }

  private Optional<String> numbered(String listing, String post, String field, boolean keyed) {
    String marker = unique();
    Optional<String> key = keyed ? Optional.of("key-" + marker) : Optional.empty();
    List<String> made = new ArrayList<>();
    http.call(
        attempt -> {
          Request request = Request.post(post, body(of(marker, keyed, attempt), ""));
          return key.map(name -> request.with("Idempotency-Key", name)).orElse(request);
        },
        (answer, attempt) -> {
          Optional<String> path =
              recorder.numbered(listing, field, of(marker, keyed, attempt), key, answer);
          path.ifPresent(made::add);
        });
    return made.stream().findFirst();
  }

  private static String of(String marker, boolean keyed, int attempt) {
    return keyed ? marker : marker + "." + attempt;
  }

  /** Two entries in one request. */
  void metadata(String task, boolean keyed) {
    String first = unique();
    String second = unique();
    String body = "[" + entry("one", first) + ", " + entry("two", second) + "]";
    http.call(
        attempt -> {
          Request request = Request.post(task + "/metadata", body);
          return keyed ? request.with("Idempotency-Key", "key-" + first) : request;
        },
        (answer, attempt) -> {
          recorder.addition(task + "/metadata", first, keyed, answer);
          recorder.addition(task + "/metadata", second, keyed, answer);
        });
  }

  private String entry(String field, String value) {
    return ("{\"field_name\": \"%s\", \"type\": \"%s\", \"value\": \"%s\", \"user_name\": \"%s\","
            + " \"tags\": [\"attempt_id:0\"]}")
        .formatted(field, field, value, client);
  }

  void artifact(String task) {
    String name = unique().replace('.', '_');
    String body =
        ("[{\"name\": \"%s\", \"attempt_id\": 0, \"ds_type\": \"s3\", \"sha\": \"5dee0521b061\","
                + " \"type\": \"metaflow.artifact\", \"content_type\": \"gzip+pickle-v4\","
                + " \"location\": \"s3://bucket/data/5d\", \"user_name\": \"%s\"}]")
            .formatted(name, client);
    http.call(
        attempt -> Request.post(task + "/artifact", body),
        (answer, attempt) -> recorder.addition(task + "/artifacts", name, true, answer));
  }

  /** Adds a tag; the tag, if no attempt at it is open, so that it may be removed again. */
  Optional<String> tag(String run) {
    String tag = unique();
    AtomicBoolean open = new AtomicBoolean();
    Optional<Answer> answer =
        http.call(
            attempt -> tags(run, tag, ""),
            (told, attempt) -> {
              open.compareAndSet(false, told.unknown());
              recorder.tags(run, tag, true, told);
            });
    return answer.isPresent() && !open.get() ? Optional.of(tag) : Optional.empty();
  }

  void untag(String run, String tag) {
    http.call(
        attempt -> tags(run, "", tag), (told, attempt) -> recorder.tags(run, tag, false, told));
  }

  private static Request tags(String run, String add, String remove) {
    return Request.patch(
        run + "/tag/mutate",
        "{\"tags_to_add\": [%s], \"tags_to_remove\": [%s]}".formatted(list(add), list(remove)));
  }

  private static String list(String tag) {
    return tag.isEmpty() ? "" : "\"" + tag + "\"";
  }

  void beat(String path) {
    long now = System.currentTimeMillis();
    http.call(
        attempt -> Request.post(path + "/heartbeat", "{}"),
        (answer, attempt) -> recorder.beat(path, now, answer));
  }
}
