package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of 10,000 entries, and the death of the program in the middle of one. */
class BulkIT {

  private static final int ENTRIES = 10_000;
  private static final int TASKS = (ENTRIES - 3) / 2; // the last entry is metadata of the first
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final String STEP = "/flows/F/runs/1/steps/start";

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  /** A flow, a run, a step, and tasks with one metadata each. */
  private static String body() {
    List<String> lines = new ArrayList<>();
    lines.add("{\"type\": \"flow\", \"flow_id\": \"F\"}");
    lines.add("{\"type\": \"run\", \"flow_id\": \"F\", \"ref\": \"r\"}");
    lines.add("{\"type\": \"step\", \"run_number\": \"$r\", \"step_name\": \"start\"}");
    for (int i = 0; i < TASKS; i++) {
      lines.add(
          "{\"type\": \"task\", \"run_number\": \"$r\", \"step_name\": \"start\", \"ref\": \"t"
              + i
              + "\"}");
      lines.add(metadata(i));
    }
    lines.add(metadata(0));
    assertThat(lines).hasSize(ENTRIES);
    return String.join("\n", lines);
  }

  private static String metadata(int task) {
    return "{\"type\": \"metadata\", \"task_id\": \"$t%d\", \"field_name\": \"n\", \"value\": %d}"
        .formatted(task, task);
  }

  private static HttpResponse<InputStream> post(String url) throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create(url + "/events"))
                .header("Content-Type", "application/x-ndjson")
                .header("Idempotency-Key", "backfill")
                .POST(HttpRequest.BodyPublishers.ofString(body()))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  /** The lines of an answer, up to where it ends or breaks off; the first one is told. */
  private static List<String> lines(HttpResponse<InputStream> answer, Runnable atFirst) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (lines.isEmpty()) {
          atFirst.run();
        }
        if (line.endsWith("}")) {
          lines.add(line);
        }
      }
    } catch (IOException brokenOff) {
      // as the server has died
    }
    return lines;
  }

  private static Map<Long, String> metadataOf(Api api) {
    Map<Long, String> values = new HashMap<>();
    Matcher row =
        Pattern.compile("\"id\": (\\d+), [^}]*\"value\": \"(\\d+)\"")
            .matcher(api.get("/flows/F/runs/1/metadata").body());
    while (row.find()) {
      assertThat(values.put(Long.parseLong(row.group(1)), row.group(2))).isNull();
    }
    return values;
  }

  private static long[] numbers(String text, String field) {
    LongStream.Builder numbers = LongStream.builder();
    Matcher number = Pattern.compile("\"" + field + "\": (\\d+)").matcher(text);
    while (number.find()) {
      numbers.add(Long.parseLong(number.group(1)));
    }
    return numbers.build().toArray();
  }

  @Test
  void tenThousandEntriesAreTakenAndCounted() throws Exception {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);

      List<String> lines = lines(post(server.url("")), () -> {});

      assertThat(lines).hasSize(ENTRIES).allMatch(line -> line.contains("\"created\""));
      assertThat(numbers(api.get(STEP + "/tasks").body(), "task_id"))
          .containsExactlyInAnyOrder(numbers(String.join("\n", lines), "task_id"));
      assertThat(metadataOf(api)).hasSize(TASKS + 1);
      assertThat(api.get("/metrics").body().lines())
          .contains(
              "flowledger_bulk_entries_total{result=\"created\"} 10000.0",
              "flowledger_bulk_entries_total{result=\"rejected\"} 0.0",
              "flowledger_bulk_requests 0.0",
              "flowledger_writes_pending 0.0");
    }
  }

  @Test
  void theWholeLogIsReadWhereEntriesArePosted() {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.post("/events", "{\"type\": \"flow\", \"flow_id\": \"F\"}");

      assertThat(api.get("/events").body()).contains("\"type\": \"FlowRegistered\"");
      assertThat(api.send("PUT", "/events", "").status()).isEqualTo(405);
      assertThat(api.send("OPTIONS", "/events", "").status()).isEqualTo(204);
      assertThat(api.post("/events", "[").body())
          .startsWith("{\"result\": \"rejected\", \"status\": 400, \"message\": \"malformed JSON");
      assertThat(api.post("/events", "").body())
          .isEqualTo("{\"message\": \"the request has no body, JSON expected\"}");
    }
  }

  @Test
  void aClientThatDoesNotReadItsAnswerIsCutOffAndLeavesNothingBehind() throws Exception {
    try (TestServer server = TestServer.start(TestServer.config(data));
        Socket socket = new Socket()) {
      String unknown = "{\"type\": \"run\", \"flow_id\": \"" + "x".repeat(255) + "\"}\n";
      byte[] body = unknown.repeat(ENTRIES).getBytes(StandardCharsets.UTF_8);
      String head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length;
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
      socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      Api api = Api.of(server);

      awaitBulkRequests(api, 1);
      awaitBulkRequests(api, 0); // when the connection has been silent for too long

      assertThat(api.get("/metrics").body().lines()).contains("flowledger_writes_pending 0.0");
    }
  }

  private static void awaitBulkRequests(Api api, int count) {
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                api.get("/metrics")
                    .body()
                    .lines()
                    .anyMatch(line -> line.equals("flowledger_bulk_requests " + count + ".0")));
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheProgramDiesInTheMiddleAndARepetitionCompletesIt()
      throws Exception {
    List<String> acknowledged;
    try (ChildProcess server = start()) {
      acknowledged = lines(post(server.await(URL)), server::kill);
    }
    assertThat(acknowledged).allMatch(line -> line.contains("\"created\""));
    try (ChildProcess server = start()) {
      String url = server.await(URL);
      Api api = new Api(url);
      String all = String.join("\n", acknowledged);
      Map<Long, String> metadata = metadataOf(api);
      assertThat(LongStream.of(numbers(api.get(STEP + "/tasks").body(), "task_id")).boxed())
          .containsAll(LongStream.of(numbers(all, "task_id")).boxed().toList());
      assertThat(metadata.keySet()).containsAll(LongStream.of(numbers(all, "id")).boxed().toList());

      List<String> completed = lines(post(url), () -> {});

      assertThat(completed).hasSize(ENTRIES).allMatch(line -> line.contains("\"created\""));
      assertThat(completed.subList(0, acknowledged.size())).isEqualTo(acknowledged);
      assertThat(numbers(api.get(STEP + "/tasks").body(), "task_id"))
          .containsExactlyInAnyOrder(numbers(String.join("\n", completed), "task_id"));
      assertThat(metadataOf(api)).hasSize(TASKS + 1).containsAllEntriesOf(metadata);
      assertThat(metadataOf(api).values())
          .containsAll(IntStream.range(0, TASKS).mapToObj(Integer::toString).toList());
    }
  }

  private ChildProcess start() {
    return ChildProcess.jar(
        JAR, "serve", "--port", "0", "--data", data.toString(), "--durability", "process");
  }
}
