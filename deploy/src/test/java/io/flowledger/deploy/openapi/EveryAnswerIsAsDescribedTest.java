package io.flowledger.deploy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.access.Holder;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.access.Proof;
import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of the description is asked for what is there, what is not, and what makes no
 * sense; {@link DescribedApi} holds each answer against the description.
 */
class EveryAnswerIsAsDescribedTest {

  private static final String[] OPERATOR = {"Flowledger-Operator", "1"};
  private static final String RUN = "/flows/{flow}/runs/{run}";
  private static final String STEP = RUN + "/steps/{step}";
  private static final String TASK = STEP + "/tasks/{task}";
  private static final String REGISTRY = "/schema-registry";

  /** What is there of what paths name. */
  private static final Map<String, String> THERE =
      Map.ofEntries(
          Map.entry("{flow}", "F"),
          Map.entry("{run}", "1"),
          Map.entry("{step}", "start"),
          Map.entry("{task}", "1"),
          Map.entry("{name}", "model"),
          Map.entry("{attempt}", "0"),
          Map.entry("{position}", "0"),
          Map.entry("{subject}", "s"),
          Map.entry("{version}", "1"),
          Map.entry("{id}", "1"),
          Map.entry("{file}", "page.js"));

  /** Operations for which there is nothing here that they could succeed with. */
  private static final Set<String> FAILING =
      Set.of(
          "GET /auth/token",
          "GET /flowledger/dead-letters/{position}",
          "GET /schema-registry/mode/{subject}");

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static DescribedApi api;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = new DescribedApi(server.url(""));
    writeAll();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void writeAll() {
    succeeds("POST /flows/{flow}", "{\"user_name\": \"ada\", \"tags\": [\"a\"]}");
    succeeds("POST /flows/{flow}/run", "{\"system_tags\": [\"user:ada\"]}");
    succeeds("POST " + STEP + "/step", "{}");
    succeeds("POST " + STEP + "/task", "{\"\": 1}");
    succeeds(
        "POST " + TASK + "/metadata",
        "[{\"field_name\": \"attempt\", \"value\": [\"a\", null], \"type\": \"t\"}]");
    succeeds(
        "POST " + TASK + "/artifact",
        "[{\"name\": \"model\", \"attempt_id\": 0.0, \"sha\": null, \"tags\": null}]");
    succeeds("PATCH " + RUN + "/tag/mutate", "{\"tags_to_add\": [\"b\"]}");
    succeeds("POST " + RUN + "/heartbeat", "");
    succeeds("POST " + TASK + "/heartbeat", "{}");
    succeeds("POST " + REGISTRY + "/subjects/{subject}/versions", "{\"schema\": \"\\\"int\\\"\"}");
    succeeds("PUT " + REGISTRY + "/config/{subject}", "{\"compatibility\": \"full\"}");
  }

  private static DescribedApi.Answer succeeds(String operation, String body, String... headers) {
    DescribedApi.Answer answer = api.ask(operation, existing(operation), body, headers);
    assertThat(answer.status()).as("%s: %s", operation, answer.body()).isEqualTo(200);
    return answer;
  }

  private static String existing(String operation) {
    String path = operation.split(" ")[1];
    for (Map.Entry<String, String> name : THERE.entrySet()) {
      path = path.replace(name.getKey(), name.getValue());
    }
    return path.contains("{guid}") ? path.replace("{guid}", guid()) : path;
  }

  private static String guid() {
    String schema =
        api.ask("GET " + REGISTRY + "/schemas/ids/{id}", REGISTRY + "/schemas/ids/1", null).body();
    return DescribedApi.parse(schema).get("guid").asText();
  }

  private static boolean isRead(String operation) {
    return operation.startsWith("GET ") || operation.startsWith("HEAD ");
  }

  private static List<String> reads() {
    return api.operations().stream().filter(EveryAnswerIsAsDescribedTest::isRead).toList();
  }

  private static List<String> gets() {
    return reads().stream().filter(operation -> operation.startsWith("GET ")).toList();
  }

  private static List<JsonNode> parameters(String operation, String in) {
    String[] parts = operation.split(" ");
    List<JsonNode> found = new ArrayList<>();
    JsonNode path = api.document().get("paths").get(parts[1]);
    for (JsonNode parameter : path.get(parts[0].toLowerCase(Locale.ROOT)).path("parameters")) {
      JsonNode of =
          parameter.has("$ref")
              ? api.document().at(parameter.get("$ref").asText().substring(1))
              : parameter;
      if (of.get("in").asText().equals(in)) {
        found.add(of);
      }
    }
    return found;
  }

  // ---- reads -----------------------------------------------------------------------------------

  @Test
  void whatIsThere() {
    Set<String> failed = new TreeSet<>();
    for (String operation : reads()) {
      String query = operation.endsWith("/search") ? "?field=attempt&value=x&op=co" : "";
      int status = api.ask(operation, existing(operation) + query, null).status();
      if (status != 200) {
        failed.add("GET " + operation.split(" ")[1]);
      }
    }
    assertThat(failed).isEqualTo(new TreeSet<>(FAILING));
  }

  @Test
  void whatIsNotThere() {
    for (String operation : reads()) {
      String path = operation.split(" ")[1].replaceAll("\\{[a-z]+}", "9999");
      if (!path.equals(operation.split(" ")[1])) {
        api.ask(operation, path, null);
      }
    }
  }

  @Test
  void pagesLinesAndOtherForms() {
    for (String path : List.of("/flows/{flow}/events", RUN + "/events", TASK + "/events")) {
      api.ask("GET " + path, existing("GET " + path) + "?_limit=1", null);
      api.ask("GET " + path, existing("GET " + path), null, "Accept", "application/x-ndjson");
    }
    DescribedApi.Answer page =
        api.ask("GET /flows/{flow}/events", "/flows/F/events?_limit=1", null);
    assertThat(page.response().headers().firstValue("X-Next-Cursor")).isPresent();
    api.ask("GET /events", "/events?heartbeats=true", null);
    api.ask("GET /search", "/search?tag=a", null);
    api.ask("GET /flows/{flow}/runs", "/flows/F/runs?_with=number,status&status=running", null);
    api.ask("GET " + RUN + "/diff", "/flows/F/runs/1/diff?run=1", null);
    api.ask("GET /metrics", "/metrics", null, "Accept", "application/openmetrics-text");
    api.ask("GET " + REGISTRY + "/schemas", REGISTRY + "/schemas?latestOnly=true&limit=1", null);
    api.ask(
        "GET " + REGISTRY + "/schemas/ids/{id}", REGISTRY + "/schemas/ids/1?fetchMaxId=true", null);
  }

  @Test
  void whatIsKnownAlready() {
    for (String operation : gets()) {
      String target =
          existing(operation) + (operation.endsWith("/search") ? "?tag=nobody&op=eq" : "");
      if (!operation.endsWith("/status")) { // which says what time it is
        // What others of these tests have written may still be on its way to listings of all.
        Awaitility.await()
            .atMost(20, TimeUnit.SECONDS)
            .untilAsserted(() -> isKnownAlready(operation, target));
      }
    }
  }

  private static void isKnownAlready(String operation, String target) {
    Optional<String> tag = api.ask(operation, target, null).response().headers().firstValue("ETag");
    if (tag.isPresent()) {
      assertThat(api.ask(operation, target, null, "If-None-Match", tag.get()).status())
          .as(operation)
          .isEqualTo(304);
    }
  }

  @Test
  void momentsAndPositions() {
    String position =
        api.ask("GET /flows/{flow}/events", "/flows/F/events?_limit=1", null)
            .response()
            .headers()
            .firstValue("X-Next-Cursor")
            .orElseThrow();
    for (String operation : gets()) {
      for (String moment : List.of("2000-01-01", "4102444800000", "nonsense", "0@99999")) {
        for (JsonNode parameter : parameters(operation, "query")) {
          String name = parameter.get("name").asText();
          if (Set.of("as_of", "from", "to", "since").contains(name)) {
            api.ask(operation, existing(operation) + "?" + name + "=" + moment, null);
          }
        }
      }
      for (JsonNode parameter : parameters(operation, "header")) {
        String name = parameter.get("name").asText();
        api.ask(operation, existing(operation), null, name, position);
        api.ask(operation, existing(operation), null, name, "nonsense");
      }
    }
    // It may be on its way, so this one is waited for.
    assertThat(api.ask("GET /flows", "/flows", null, "Flowledger-Min-Position", "0@99999").status())
        .isEqualTo(400);
  }

  /** Where a parameter can be wrong, it is refused when it is. */
  @Test
  void parametersThatMakeNoSense() {
    int refused = 0;
    for (String operation : gets()) {
      String base = operation.endsWith("/search") ? "tag=a&" : "";
      for (JsonNode parameter : parameters(operation, "query")) {
        String name = parameter.get("name").asText();
        JsonNode schema = parameter.get("schema");
        JsonNode of =
            schema.has("$ref")
                ? api.document().at(schema.get("$ref").asText().substring(1))
                : schema;
        int status =
            api.ask(operation, existing(operation) + "?" + base + name + "=no!", null).status();
        if (of.has("pattern") || of.has("enum") || of.path("type").asText().equals("integer")) {
          assertThat(status).as("%s %s: %s", operation, name, of).isBetween(400, 404);
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  // ---- writes ----------------------------------------------------------------------------------

  private static List<String> writes() {
    return api.operations().stream().filter(operation -> !isRead(operation)).toList();
  }

  private static String[] heads(String operation) {
    return parameters(operation, "header").stream()
            .anyMatch(of -> of.get("name").asText().equals(OPERATOR[0]))
        ? OPERATOR
        : new String[0];
  }

  @Test
  void bodiesThatMakeNoSense() {
    List<String> bodies =
        List.of("", "{", "[]", "{}", "7", "[7]", "\"x\"", "{\"tags\": 7, \"schema\": \"no\"}");
    for (String operation : writes()) {
      for (String body : bodies) {
        String path = existing(operation).replaceAll("/F\\b", "/G");
        api.ask(operation, path, body, heads(operation));
        api.ask(operation, existing(operation), body, heads(operation));
      }
    }
  }

  @Test
  void bodiesThatAreTooLargeOrPackedInAnotherWay() {
    String large = "[\"" + "x".repeat(17 << 20) + "\"]";
    for (String operation : writes()) {
      if (!operation.startsWith("DELETE")) {
        String[] heads = DescribedApi.headers(heads(operation), "Content-Encoding", "br");
        assertThat(api.ask(operation, existing(operation), "{}", heads).status())
            .as(operation)
            .isEqualTo(415);
      }
    }
    for (String operation : List.of("POST /flows/{flow}", "POST /events", "POST /mcp")) {
      assertThat(api.ask(operation, existing(operation), large).status()).isEqualTo(413);
    }
  }

  @Test
  void repetitionsAndContradictions() {
    String run = "POST /flows/{flow}/run";
    String[] key = {"Idempotency-Key", "k"};
    succeeds(run, "{}", key);
    assertThat(succeeds(run, "{}", key).response().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(api.ask(run, existing(run), "{\"tags\": []}", key).status()).isEqualTo(422);
    assertThat(api.ask(run, existing(run), "{}", "Idempotency-Key", "k".repeat(256)).status())
        .isEqualTo(400);
    assertThat(api.ask(run, existing(run), "{}", "Prefer", "respond-async").status())
        .isEqualTo(202);
    assertThat(api.ask("POST /flows/{flow}", "/flows/F", "{}").status()).isEqualTo(409);
    assertThat(api.ask(run, "/flows/nobody/run", "{}").status()).isEqualTo(404);
  }

  @Test
  void manyAtOnce() {
    String lines =
        """
        {"type": "run", "flow_id": "F", "ref": "r"}
        {"type": "metadata", "run_number": "$r", "step_name": "no", "task_id": 1, "field_name": "a"}
        {"type": "step", "run_number": "$r", "step_name": "start"}
        {"type": "task", "run_number": "$r", "step_name": "start", "ref": "t"}
        {"type": "artifact", "task_id": "$t", "entries": [{"name": "a"}, {"name": "b"}]}
        {"type": "heartbeat", "task_id": "$t"}
        nonsense
        """;
    api.ask("POST /events", "/events", lines);
    assertThat(api.ask("POST /events", "/events", lines, "Prefer", "respond-async").status())
        .isEqualTo(202);
    api.ask("POST /events", "/events", "[{\"type\": \"flow\", \"flow_id\": \"F\"}, ");
  }

  @Test
  void whatIsForOperators() {
    String log = api.ask("GET /events", "/events?heartbeats=true", null).body();
    succeeds("POST /flowledger/import", log, OPERATOR);
    api.ask(
        "POST /flowledger/import", "/flowledger/import?dry_run=true", log + "nonsense\n", OPERATOR);
    assertThat(
            api.ask("POST /flowledger/import", "/flowledger/import?runs=x", log, OPERATOR).status())
        .isEqualTo(400);
    succeeds("POST /flowledger/dead-letters/redrive", "{\"all\": true}", OPERATOR);
    succeeds("POST /flowledger/dead-letters/redrive", "{\"positions\": [7]}", OPERATOR);
    succeeds("POST /flowledger/checkpoints", "", OPERATOR);
    String heads = api.ask("GET /audit/head", "/audit/head", null).body();
    succeeds("POST /flowledger/audit/verify", heads, OPERATOR);
    for (String operation : writes()) {
      if (heads(operation).length > 0 && !operation.contains("{subject}")) {
        assertThat(api.ask(operation, existing(operation), "{}").status())
            .as(operation)
            .isEqualTo(403);
      }
    }
    succeeds("POST /flowledger/numbers", "{\"sequence\": \"tasks\", \"count\": \"3\"}");
  }

  @Test
  void schemasOfOthers() {
    String schema = "{\"schema\": \"\\\"int\\\"\"}";
    String subject = REGISTRY + "/subjects/{subject}";
    succeeds("POST " + subject, schema);
    succeeds("POST " + REGISTRY + "/compatibility/subjects/{subject}/versions", schema);
    succeeds("POST " + REGISTRY + "/compatibility/subjects/{subject}/versions/{version}", schema);
    assertThat(
            api.ask(
                    "POST " + subject + "/versions",
                    existing("POST " + subject + "/versions"),
                    "{\"schema\": \"\\\"string\\\"\"}")
                .status())
        .isEqualTo(409);
    succeeds("PUT " + REGISTRY + "/config", "{\"compatibility\": \"FULL_TRANSITIVE\"}", OPERATOR);
  }

  @Test
  void messagesOfModels() {
    succeeds("POST /mcp", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}");
    String started = "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}";
    assertThat(api.ask("POST /mcp", "/mcp", started).status()).isEqualTo(202);
    assertThat(api.ask("POST /mcp", "/mcp", started, "MCP-Protocol-Version", "1").status())
        .isEqualTo(400);
  }

  // ---- keys ------------------------------------------------------------------------------------

  @Test
  void whoHasNoKeyOrAnotherRole() throws IOException {
    KeyFile keys = new KeyFile(folder.resolve("keys"));
    keys.add(Holder.of("anna", Grants.of(Role.READER), Proof.Key.of("reader")));
    try (TestServer guarded =
        TestServer.start(
            TestServer.config(folder.resolve("data")).withAccess(AccessConfig.of(keys.path())))) {
      DescribedApi strict = new DescribedApi(guarded.url(""));
      for (String operation : strict.operations()) {
        String target = operation.split(" ")[1].replaceAll("\\{[a-z]+}", "1");
        strict.ask(operation, target, isRead(operation) ? null : "{}");
        strict.ask(operation, target, isRead(operation) ? null : "{}", "x-api-key", "reader");
      }
      assertThat(strict.seen().get("GET /flows")).containsExactly(200, 401);
      assertThat(strict.seen().get("POST /flows/{flow}")).containsExactly(401, 403);
    }
  }
}
