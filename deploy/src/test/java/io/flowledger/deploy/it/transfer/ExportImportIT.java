package io.flowledger.deploy.it.transfer;

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
}
