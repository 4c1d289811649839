package io.flowledger.deploy.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.config.TelemetryConfig;
import io.flowledger.deploy.config.TelemetryConfig.AccessLogTarget;
import io.flowledger.deploy.config.TelemetryConfig.MetricsListener;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import io.flowledger.deploy.server.Ports;
import io.flowledger.http.accesslog.AccessLogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole server tells of itself. */
class TellingTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  /** The text format of Prometheus: a name, labels, a number. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "(?:\\{(?<labels>(?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\"\\\\n])*\",?)*)})?"
              + " (?<value>[-+0-9.eE]+|NaN|[-+]Inf)");

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Path accessLog;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @SuppressWarnings("NullAway.Init")
  private static Api ofMetrics;

  @BeforeAll
  static void start() {
    accessLog = folder.resolve("access.log");
    int metricsPort = Ports.free();
    server =
        TestServer.start(
            TestServer.config(folder.resolve("data"))
                .withTelemetry(
                    new TelemetryConfig(
                        Optional.of(
                            new AccessLogTarget(accessLog.toString(), AccessLogFormat.TEXT)),
                        Optional.of(new MetricsListener("127.0.0.1", metricsPort)),
                        Optional.empty())));
    api = Api.of(server);
    ofMetrics = new Api("http://127.0.0.1:" + metricsPort);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The values of all samples, by their names and labels; of histograms by their buckets too. */
  private static Map<String, Double> samples() {
    Api.Answer answer = ofMetrics.get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    Map<String, Double> samples = new HashMap<>();
    Set<String> typed = new HashSet<>();
    for (String line : answer.body().lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        assertThat(typed.add(line.split(" ")[2])).as("one type: %s", line).isTrue();
      } else if (!line.startsWith("# HELP ")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a sample: %s", line).isTrue();
        String value = sample.group("value").replace("Inf", "Infinity");
        assertThat(samples.put(line.substring(0, line.lastIndexOf(' ')), Double.parseDouble(value)))
            .as("told once: %s", line)
            .isNull();
      }
    }
    return samples;
  }

  private static Set<String> routesTold() {
    return samples().keySet().stream()
        .filter(sample -> sample.startsWith("http_server_request_duration_seconds_count{"))
        .map(sample -> sample.replaceFirst(".*http_route=\"([^\"]*)\".*", "$1"))
        .collect(Collectors.toSet());
  }

  @Test
  void everyEndpointIsToldByItsTemplate() {
    List<Mounted> routes = MountedRoutes.all();
    assertThat(routes).hasSizeGreaterThan(50);
    for (Mounted route : routes) {
      String body = route.method().equals("GET") ? "" : "{}";
      api.send(route.method(), route.existing(), body);
    }
    Set<String> templates =
        routes.stream()
            .map(Mounted::path)
            .filter(path -> !path.equals("/metrics")) // elsewhere
            // Of the two forms of one path, either is told.
            .map(TellingTest::withoutNames)
            .collect(Collectors.toSet());
    await()
        .untilAsserted(
            () ->
                assertThat(
                        routesTold().stream()
                            .map(TellingTest::withoutNames)
                            .collect(Collectors.toSet()))
                    .containsAll(templates));
    assertThat(routesTold()).allMatch(route -> route.startsWith("/") || route.equals("none"));
  }

  /** Parameters may have other names where other methods are taken. */
  private static String withoutNames(String template) {
    return template.replaceAll(":[a-z_]+", ":");
  }

  @Test
  void whatIsMeasuredIsThere() {
    api.created("/flows/M", "{\"user_name\": \"anna\"}");
    api.created("/flows/M/run", "{\"user_name\": \"anna\"}");
    await()
        .untilAsserted(
            () -> {
              Map<String, Double> samples = samples();
              assertThat(samples.get("flowledger_append_seconds_count")).isGreaterThanOrEqualTo(2);
              assertThat(samples.get("flowledger_apply_wait_seconds_count"))
                  .isGreaterThanOrEqualTo(2);
              assertThat(samples.get("flowledger_apply_seconds_count{topic=\"flowledger.events\"}"))
                  .isPositive();
              assertThat(samples.get("flowledger_numbers_claims_total{sequence=\"runs\"}"))
                  .isPositive();
              assertThat(samples.get("flowledger_numbers_claimed_total{sequence=\"runs\"}"))
                  .isGreaterThanOrEqualTo(8);
              assertThat(samples.get("kafka_producer_record_send_total")).isGreaterThanOrEqualTo(2);
              assertThat(samples.get("kafka_consumer_records_consumed_total"))
                  .isGreaterThanOrEqualTo(2);
              assertThat(samples.get("flowledger_store_memory_bytes")).isPositive();
              assertThat(samples.get("http_server_active_requests")).isNotNull();
              assertThat(samples.get("process_uptime_seconds")).isPositive();
              assertThat(samples.get("process_files_open_files")).isPositive();
              assertThat(samples.keySet())
                  .anyMatch(name -> name.startsWith("jvm_memory_used_bytes{"))
                  .anyMatch(name -> name.startsWith("jvm_threads_live_threads"));
            });
    await() // the brokers are asked every five seconds
        .untilAsserted(
            () ->
                assertThat(samples())
                    .containsEntry("flowledger_partition_lag{partition=\"0\"}", 0.0));
  }

  @Test
  void bucketsOfAHistogramAreThoseOfTheConventions() {
    api.get("/ping");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        samples().keySet().stream()
                            .filter(
                                sample ->
                                    sample.startsWith("http_server_request_duration_seconds_bucket")
                                        && sample.contains("\"/ping\"")
                                        && sample.contains("\"GET\"")
                                        && sample.contains("\"200\""))
                            .map(sample -> sample.replaceFirst(".*le=\"([^\"]*)\".*", "$1")))
                    .containsExactlyInAnyOrder(
                        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75",
                        "1.0", "2.5", "5.0", "7.5", "10.0", "+Inf"));
  }

  @Test
  void metricsAreAtTheirOwnPortOnlyAndProbesAtBoth() {
    assertThat(api.get("/metrics").status()).isEqualTo(404);
    assertThat(ofMetrics.get("/flows").status()).isEqualTo(404);
    for (String probe : List.of("/health/live", "/health/ready")) {
      assertThat(api.get(probe).status()).isEqualTo(200);
      assertThat(ofMetrics.get(probe).status()).isEqualTo(200);
    }
  }

  @Test
  void requestsAreLinesOfTheAccessLog() {
    api.send("GET", "/flows/L?x=y", "", "X-Request-Id", "line-1", "User-Agent", "a test");
    await()
        .untilAsserted(
            () ->
                assertThat(lines())
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .matches(
                                    "127\\.0\\.0\\.1 - - \\[[-0-9T:.]+Z] \"GET /flows/L\\?x=y"
                                        + " HTTP/1\\.1\" 404 \\d+ \"-\" \"a test\" \\d+\\.\\d{3}"
                                        + " line-1 - /flows/:[a-z_]+")));
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(accessLog);
  }

  @Test
  void theTraceOfARequestIsToldByTheHistoryOfWhatItHasMade() {
    String span = "00-" + TRACE + "-00f067aa0ba902b7-01";
    assertThat(api.send("POST", "/flows/T", "{\"user_name\": \"a\"}", "traceparent", span).status())
        .isEqualTo(200);
    api.created("/flows/T/run", "{\"user_name\": \"a\"}");
    String history = api.get("/flows/T/events").body();
    assertThat(history.split("\"trace_id\": \"" + TRACE + "\"", -1)).hasSize(2);
    assertThat(history.split("\"position\"", -1)).hasSize(3);
  }
}
