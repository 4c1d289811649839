package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of 10,000 entries, of flows that three nodes answer for, sent to any of them. */
class BulkOfSeveralNodesIT {

  private static final int NODES = 3;
  private static final int FLOWS = 10;
  private static final int TASKS = 332; // of each flow, with two metadata
  private static final int ENTRIES = FLOWS * (3 + 3 * TASKS);
  private static final Pattern COUNTED =
      Pattern.compile("flowledger_bulk_entries_total\\{result=\"created\"} (\\d+)\\.0");

  private final Path folder = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private ChildProcess broker;

  @SuppressWarnings("NullAway.Init")
  private TestServer nodes;

  @BeforeEach
  void start() {
    broker = ChildProcess.java(BrokerProcess.class, folder.toString());
    nodes =
        TestServer.startNodes(broker.await(Pattern.compile("broker at (\\S+)")), "bulk.", NODES);
  }

  @AfterEach
  void stop() {
    nodes.close();
    broker.kill();
    TestServer.delete(folder);
  }

  /** Flows with a run, a step and tasks; what is of a flow is mixed with what is of the others. */
  private static String body() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      lines.add("{\"type\": \"flow\", \"flow_id\": \"F%d\"}".formatted(i));
      lines.add("{\"type\": \"run\", \"flow_id\": \"F%d\", \"ref\": \"r%d\"}".formatted(i, i));
      lines.add(
          "{\"type\": \"step\", \"run_number\": \"$r%d\", \"step_name\": \"s\"}".formatted(i));
    }
    for (int task = 0; task < TASKS; task++) {
      for (int i = 0; i < FLOWS; i++) {
        String ref = "t%dx%d".formatted(i, task);
        lines.add(
            "{\"type\": \"task\", \"run_number\": \"$r%d\", \"step_name\": \"s\", \"ref\": \"%s\"}"
                .formatted(i, ref));
        String metadata =
            "{\"type\": \"metadata\", \"task_id\": \"$%s\", \"field_name\": \"n\", \"value\": %d}";
        lines.add(metadata.formatted(ref, task));
        lines.add(metadata.formatted(ref, -task));
      }
    }
    assertThat(lines).hasSize(ENTRIES);
    return String.join("\n", lines);
  }

  private static List<String> post(String url, Runnable atFirst) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Idempotency-Key", "backfill")
            .POST(HttpRequest.BodyPublishers.ofString(body()))
            .build();
    List<String> lines = new ArrayList<>();
    try {
      HttpResponse<InputStream> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (lines.isEmpty()) {
            atFirst.run();
          }
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return lines;
  }

  private static void areCreated(List<String> lines) {
    assertThat(lines).hasSize(ENTRIES).allMatch(line -> line.contains("\"created\""));
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(lines.get(i)).startsWith("{\"index\": " + i + ",");
    }
  }

  /** Names the lines that differ, of thousands. */
  private static void areTheSame(List<String> lines, List<String> expected) {
    assertThat(lines).hasSameSizeAs(expected);
    assertThat(IntStream.range(0, lines.size()))
        .filteredOn(i -> !lines.get(i).equals(expected.get(i)))
        .extracting(i -> lines.get(i) + " instead of " + expected.get(i))
        .isEmpty();
  }

  private int tasks(Api api, int flow, String run) {
    String rows = api.get("/flows/F%d/runs/%s/steps/s/tasks".formatted(flow, run)).body();
    return rows.split("\"task_id\": ", -1).length - 1;
  }

  private static String run(List<String> lines, int flow) {
    return Api.field(lines.get(3 * flow + 1), "run_number");
  }

  @Test
  void areTakenByWhomeverAnswersForTheFlowsAndARepetitionIsOneEverywhere() {
    List<String> lines = post(nodes.url(0, "/events"), () -> {});

    areCreated(lines);
    Api api = Api.of(nodes);
    for (int flow = 0; flow < FLOWS; flow++) {
      assertThat(tasks(api, flow, run(lines, flow))).isEqualTo(TASKS);
    }
    int[] counted = IntStream.range(0, NODES).map(this::counted).toArray();
    assertThat(IntStream.of(counted).sum()).isEqualTo(ENTRIES);
    assertThat(counted).doesNotContain(0);
    areTheSame(post(nodes.url(1, "/events"), () -> {}), lines);
    areTheSame(post(nodes.url(2, "/events"), () -> {}), lines);
  }

  private int counted(int node) {
    Matcher counted = COUNTED.matcher(new Api(nodes.url(node, "")).get("/metrics").body());
    assertThat(counted.find()).isTrue();
    return Integer.parseInt(counted.group(1));
  }

  @Test
  void areCarriedOutToTheEndThoughANodeIsStoppedInTheMiddle() {
    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> isWhole(nodes.url(0, "")));

    List<String> lines =
        post(nodes.url(0, "/events"), () -> new Thread(() -> nodes.stop(1)).start());

    areCreated(lines);
    areTheSame(post(nodes.url(2, "/events"), () -> {}), lines);
    Api api = new Api(nodes.url(2, ""));
    for (int flow = 0; flow < FLOWS; flow++) {
      assertThat(tasks(api, flow, run(lines, flow))).isEqualTo(TASKS);
    }
  }

  /** Whether a node knows that all are there, and who has which partition. */
  private static boolean isWhole(String node) {
    String cluster = new Api(node).get("/cluster").body();
    return cluster.split("\"lease_ms\": [1-9]", -1).length == NODES + 1
        && cluster.split("\"owner\": \"127.0.0.1:", -1).length == 3 + 1; // partitions
  }
}
