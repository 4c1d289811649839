package io.flowledger.deploy.it.transfer;

import io.flowledger.deploy.fixture.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Clients at work, in any order. */
final class Histories {
  private static final String HEARTBEATS = "\"system_tags\": [\"metaflow_version:2.12.1\"]";

  private final Random random;
  private final Api api;
  private final List<String> runs = new ArrayList<>();
  private final List<String> tasks = new ArrayList<>();
  private long lastRun;
  private int count;

  Histories(Random random, Api api) {
    this.random = random;
    this.api = api;
    for (String flow : List.of("A", "B", "Größe")) {
      api.created("/flows/" + flow.replace("öß", "%C3%B6%C3%9F"), "{\"user_name\": \"ada\"}");
    }
    run("A");
    run("B");
    task(runs.get(0));
    task(runs.get(1));
  }

  long lastRun() {
    return lastRun;
  }

  void happen(int times) {
    for (int i = 0; i < times; i++) {
      happen();
    }
  }

  private void happen() {
    count++;
    String run = one(runs);
    String task = one(tasks);
    switch (random.nextInt(12)) {
      case 0 -> run(random.nextBoolean() ? "A" : "B");
      case 1, 2 -> task(run);
      case 3, 4, 5 -> api.created(task + "/metadata", "[" + metadata() + ", " + metadata() + "]");
      case 6, 7 -> api.created(task + "/artifact", "[" + artifact() + ", " + artifact() + "]");
      case 8, 9 ->
          api.patch(
              run + "/tag/mutate",
              "{\"tags_to_add\": [\"%s\"], \"tags_to_remove\": [\"%s\"]}".formatted(tag(), tag()));
      case 10 -> api.created(run + "/heartbeat", "{}");
      default -> api.created(task + "/heartbeat", "{}");
    }
  }

  private void run(String flow) {
    boolean named = random.nextInt(3) == 0;
    String body =
        "{\"user_name\": \"%s\", \"tags\": [\"%s\"]%s, %s}"
            .formatted(
                random.nextBoolean() ? "ada" : "bob",
                tag(),
                named ? ", \"run_number\": \"argo-" + ++count + "\"" : "",
                HEARTBEATS);
    String run = Api.field(api.created("/flows/" + flow + "/run", body), "run_number");
    lastRun = named ? lastRun : Math.max(lastRun, Long.parseLong(run));
    runs.add("/flows/" + flow + "/runs/" + run);
  }

  private void task(String run) {
    String step = run + "/steps/" + (random.nextBoolean() ? "start" : "end");
    api.post(step + "/step", "{\"tags\": [\"%s\"]}".formatted(tag()));
    String named = random.nextInt(3) == 0 ? "\"task_id\": \"t-" + ++count + "\", " : "";
    String task = Api.field(api.created(step + "/task", "{" + named + HEARTBEATS + "}"), "task_id");
    tasks.add(step + "/tasks/" + task);
  }

  private String metadata() {
    String[][] kinds = {
      {"attempt", "0"},
      {"attempt_ok", "True"},
      {"attempt_ok", "False"},
      {"note", "größe \\n\uD83D\uDE00"}
    };
    String[] kind = kinds[random.nextInt(kinds.length)];
    return "{\"field_name\": \"%s\", \"value\": \"%s\", \"type\": \"t\", \"user_name\": \"ada\", \"tags\": [\"attempt_id:0\"]}"
        .formatted(kind[0], kind[1]);
  }

  private String artifact() {
    return "{\"name\": \"%s\", \"location\": \"s3://%d\", \"ds_type\": \"s3\", \"sha\": \"%x\", \"type\": \"data\", \"content_type\": \"gzip\", \"attempt_id\": %d}"
        .formatted(tag(), ++count, random.nextInt(), random.nextInt(2));
  }

  private String tag() {
    return List.of("x", "y", "z", "prod").get(random.nextInt(4));
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
