package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.Main;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported from one installation and imported into another reads the same in both. */
final class ExportImportIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = Long.getLong("flowledger.test.seed", System.nanoTime());

  @TempDir private static Path folder;

  private static TestServer source;
  private static Histories histories;
  private static long middle;
  private static Map<String, String> sourceReads = Map.of();

  @BeforeAll
  static void start() {
    System.out.println("ExportImportIT: -Dflowledger.test.seed=" + SEED);
    source = TestServer.start();
    histories = new Histories(new Random(SEED), Api.of(source));
    histories.happen(150);
    // A time of its own between the halves.
    middle = nextMillisecond();
    nextMillisecond();
    histories.happen(150);
    sourceReads = reads(source);
  }

  private static long nextMillisecond() {
    long before = System.currentTimeMillis();
    while (System.currentTimeMillis() == before) {
      Thread.onSpinWait();
    }
    return System.currentTimeMillis();
  }

  @AfterAll
  static void stop() {
    source.close();
  }

  /** How a command has ended. */
  private record Ended(int status, String out, String err) {}

  private static Ended run(TestServer server, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            args,
            Map.of("METAFLOW_SERVICE_URL", server.url("")),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  private static Path export(TestServer server, String name, String... options) {
    Path file = folder.resolve(name);
    List<String> args = new ArrayList<>(List.of("export", "-o", file.toString()));
    args.addAll(List.of(options));
    Ended ended = run(server, args.toArray(String[]::new));
    assertThat(ended.status()).as(ended.err()).isZero();
    return file;
  }

  private static JsonNode imported(TestServer server, Path file) throws IOException {
    Ended ended = run(server, "import", file.toString(), "--json");
    assertThat(ended.status()).as(ended.err()).isZero();
    return JSON.readTree(ended.out());
  }

  private static long events(Path lines) throws IOException {
    try (var all = Files.lines(lines)) {
      return all.filter(line -> line.contains("\"event_id\"")).count();
    }
  }

  // ---- tests -----------------------------------------------------------------------------------

  @Test
  void bothInstallationsReadTheSame() throws IOException {
    Path file = export(source, "all.ndjson");
    long events = events(file);
    try (TestServer target = TestServer.start()) {
      JsonNode first = imported(target, file);
      assertThat(first.path("imported").asLong()).isEqualTo(events);
      assertThat(first.path("heartbeats").asLong()).isPositive();
      assertThat(reads(target)).isEqualTo(sourceReads);

      JsonNode second = imported(target, file);
      assertThat(second.path("imported").asLong()).isZero();
      assertThat(second.path("present").asLong()).isEqualTo(events);
      assertThat(second.path("heartbeats").asLong()).isZero();
      assertThat(reads(target)).isEqualTo(sourceReads);
      assertThat(withoutPositions(export(target, "again.ndjson")))
          .isEqualTo(withoutPositions(file));

      Api api = Api.of(target);
      String run = api.created("/flows/A/run", "{}");
      assertThat(Long.parseLong(Api.field(run, "run_number"))).isGreaterThan(histories.lastRun());
      assertThat(imported(target, file).path("imported").asLong()).isZero();
    }
  }

  private static List<String> withoutPositions(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceFirst("\"position\": \"[0-9@]*\"", ""))
        .toList();
  }

  @Test
  void flowAfterFlowAndAfterACut() throws IOException {
    Path all = export(source, "all.avro", "--format", "avro");
    try (TestServer target = TestServer.start()) {
      imported(target, export(source, "b.avro", "--flow", "B", "--format", "avro"));
      assertThat(Api.of(target).get("/flows/A").status()).isEqualTo(404);
      assertThat(Api.of(target).get("/flows/B/runs"))
          .isEqualTo(Api.of(source).get("/flows/B/runs"));

      List<String> lines = Files.readAllLines(export(source, "a.ndjson", "--flow", "A"));
      Path half = folder.resolve("half.ndjson");
      Files.write(half, lines.subList(0, lines.size() / 2));
      imported(target, half);

      imported(target, all);
      assertThat(reads(target)).isEqualTo(sourceReads);
    }
  }

  @Test
  void timeAfterTime() throws IOException {
    String time = Long.toString(middle);
    Path early = export(source, "early.ndjson", "--to", time);
    Path late = export(source, "late.ndjson", "--from", time);
    try (TestServer target = TestServer.start()) {
      Ended orphans = run(target, "import", late.toString());
      assertThat(orphans.status()).isEqualTo(1);
      assertThat(orphans.out()).endsWith(" refused\n");
      assertThat(orphans.err()).contains("is not registered");
      assertThat(Api.of(target).get("/flows/A").status()).isEqualTo(404);

      imported(target, early);
      Api there = Api.of(source);
      for (String path : List.of("/flows/A/runs", "/flows/B/runs")) {
        assertThat(Api.of(target).get(path).body())
            .isEqualTo(there.get(path + "?as_of=" + middle).body());
      }
      imported(target, late);
      assertThat(reads(target)).isEqualTo(sourceReads);
    }
  }

  @Test
  void whatIsHereIsNotTakenForSomethingElse() throws IOException {
    Path file = export(source, "collision.ndjson");
    try (TestServer target = TestServer.start()) {
      Api api = Api.of(target);
      api.created("/flows/Own", "{}");
      api.created("/flows/Own/run", "{}");
      Ended ended = run(target, "import", file.toString());
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.err())
          .contains(
              "nothing is imported, since line ", "number 1 of runs is that of run Own/1 here");
      assertThat(api.get("/flows/A").status()).isEqualTo(404);
      assertThat(api.get("/flows/B").status()).isEqualTo(404);
    }
  }

  // ---- everything that can be read -------------------------------------------------------------

  /** Answers by path, of all that can be found by following what is read. */
  private static Map<String, String> reads(TestServer server) {
    Map<String, String> reads = new TreeMap<>();
    Api api = Api.of(server);
    for (JsonNode flow : list(api, reads, "/flows")) {
      String ofFlow = "/flows/" + flow.path("flow_id").asText();
      read(api, reads, ofFlow);
      history(api, reads, ofFlow);
      read(api, reads, ofFlow + "/runs?as_of=" + middle);
      read(api, reads, ofFlow + "/runs?user_name=ada&_limit=3");
      for (JsonNode run : list(api, reads, ofFlow + "/runs")) {
        ofRun(api, reads, ofFlow + "/runs/" + run.path("run_number").asText());
      }
    }
    return reads;
  }

  private static void ofRun(Api api, Map<String, String> reads, String run) {
    read(api, reads, run);
    read(api, reads, run + "?as_of=" + middle);
    read(api, reads, run + "/metadata");
    read(api, reads, run + "/artifacts");
    history(api, reads, run);
    String status = api.get(run + "/status").body();
    reads.put(
        run + "/status", status.replaceAll("\"(as_of|duration_ms)\": (\\d+|null)", "\"$1\": ..."));
    for (JsonNode step : list(api, reads, run + "/steps")) {
      String ofStep = run + "/steps/" + step.path("step_name").asText();
      read(api, reads, ofStep);
      read(api, reads, ofStep + "/artifacts");
      read(api, reads, ofStep + "/filtered_tasks?metadata_field_name=attempt&pattern=.*");
      for (JsonNode task : list(api, reads, ofStep + "/tasks")) {
        String ofTask = ofStep + "/tasks/" + task.path("task_id").asText();
        read(api, reads, ofTask);
        read(api, reads, ofTask + "/metadata");
        read(api, reads, ofTask + "/attempt/0/artifacts");
        history(api, reads, ofTask);
        for (JsonNode artifact : list(api, reads, ofTask + "/artifacts")) {
          read(api, reads, ofTask + "/artifacts/" + artifact.path("name").asText());
        }
      }
    }
  }

  private static void history(Api api, Map<String, String> reads, String object) {
    reads.put(
        object + "/events",
        api.get(object + "/events").body().replaceAll("\"position\": \"[0-9@]*\", ", ""));
  }

  private static String read(Api api, Map<String, String> reads, String path) {
    Api.Answer answer = api.get(path);
    reads.put(path, answer.status() + " " + answer.body());
    return answer.body();
  }

  private static JsonNode list(Api api, Map<String, String> reads, String path) {
    try {
      return JSON.readTree(read(api, reads, path));
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  // ---- what has happened -----------------------------------------------------------------------

  /** Clients at work, in any order. */
  private static final class Histories {
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
                "{\"tags_to_add\": [\"%s\"], \"tags_to_remove\": [\"%s\"]}"
                    .formatted(tag(), tag()));
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
      String task =
          Api.field(api.created(step + "/task", "{" + named + HEARTBEATS + "}"), "task_id");
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
}
