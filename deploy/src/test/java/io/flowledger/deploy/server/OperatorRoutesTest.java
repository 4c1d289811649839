package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is for operators is done for nobody else, whatever way a request comes. */
class OperatorRoutesTest {

  private static final String REGISTRY = "/schema-registry";
  private static final String OWN = "flowledger.ids-io.flowledger.event.IdsClaimed";
  private static final String LATER = "flowledger.events-io.flowledger.event.FlowForgotten";
  private static final String LINE =
      "{\"type\": \"FlowRegistered\", \"event\": {\"event_id\": \"%032x\", \"flow_id\": \"Imported\","
          + " \"ts_epoch\": 1, \"origin\": null, \"written_by\": \"other/1\"}}";

  private static final Path DATA = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @BeforeAll
  static void start() {
    server = TestServer.start(TestServer.config(DATA));
    api = Api.of(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    TestServer.delete(DATA);
  }

  /** A request that only operators may make. */
  record Operation(String method, String path, String body) {
    boolean isOfRegistry() {
      return path.startsWith(REGISTRY);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private static String schema(String record) {
    String with =
        "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"io.flowledger.event\",\"fields\":[]}"
            .formatted(record);
    return new JsonObject().put("schema", with).encode();
  }

  private static List<Operation> operations() {
    return List.of(
        new Operation("POST", "/flowledger/import", LINE.formatted(1)),
        new Operation("POST", "/flowledger/dead-letters/redrive", "{\"all\": true}"),
        new Operation("POST", "/flowledger/checkpoints", "{}"),
        new Operation("POST", "/flowledger/audit/verify", "{\"heads\": []}"),
        new Operation("PUT", REGISTRY + "/config", "{\"compatibility\": \"NONE\"}"),
        new Operation("PUT", REGISTRY + "/config/" + OWN, "{\"compatibility\": \"NONE\"}"),
        new Operation("PUT", REGISTRY + "/config/" + LATER, "{\"compatibility\": \"NONE\"}"),
        new Operation("POST", REGISTRY + "/subjects/" + OWN + "/versions", schema("IdsClaimed")),
        new Operation(
            "POST", REGISTRY + "/subjects/" + LATER + "/versions", schema("FlowForgotten")));
  }

  /** The headers of whoever is no operator. */
  private static Stream<List<String>> others() {
    String own = "Host: localhost:" + server.port();
    String operator = "Flowledger-Operator: 1";
    List<List<String>> others = new ArrayList<>();
    for (String type : List.of("text/plain", "application/json")) {
      others.add(List.of(own, "Content-Type: " + type));
    }
    others.add(List.of(own, "Origin: http://evil.example", "Content-Type: text/plain"));
    others.add(List.of(own, operator, "Origin: http://evil.example"));
    others.add(List.of(own, operator, "Origin: null"));
    others.add(List.of("Host: evil.example:" + server.port(), operator));
    others.add(List.of("Host: evil.example", operator));
    others.add(List.of("Host: localhost", operator));
    for (String header : List.of("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP")) {
      others.add(List.of(own, operator, header + ": 127.0.0.1"));
    }
    return others.stream();
  }

  private static String send(Operation operation, List<String> headers) {
    String request =
        "%s %s HTTP/1.1\r\n%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(
                operation.method(),
                operation.path(),
                String.join("\r\n", headers),
                operation.body().length(),
                operation.body());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that the operations change. */
  private static List<String> state() {
    List<String> state = new ArrayList<>();
    for (String path :
        List.of(
            "/audit/head",
            "/flows",
            REGISTRY + "/config",
            REGISTRY + "/config/" + OWN,
            REGISTRY + "/subjects",
            REGISTRY + "/subjects/" + OWN + "/versions",
            REGISTRY + "/subjects/" + LATER + "/versions")) {
      state.add(path + " " + api.get(path));
    }
    state.add("checkpoints " + Files.exists(DATA.resolve("checkpoints")));
    return state;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nothingIsDoneForOthers(Operation operation) {
    List<String> before = state();
    others()
        .forEach(
            headers -> {
              String answer = send(operation, headers);
              assertThat(answer).as(headers.toString()).startsWith("HTTP/1.1 403 ");
              JsonObject body =
                  new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4).strip());
              assertThat(body.getString("message")).as(headers.toString()).contains(" are ");
              assertThat(body.getInteger("error_code"))
                  .isEqualTo(operation.isOfRegistry() ? 40301 : null);
            });
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void theCommandLineIsAnOperator() {
    List<String> lines = new ArrayList<>();
    new ServerClient(server.url(""), Map.of(), Optional.empty(), time -> {})
        .post(
            Resource.of("flowledger", "import"),
            HttpRequest.BodyPublishers.ofString(LINE.formatted(2)),
            lines::add);
    assertThat(lines)
        .last()
        .isEqualTo(
            "{\"imported\": 1, \"present\": 0, \"refused\": 0, \"heartbeats\": 0, \"unreadable\":"
                + " 0, \"first_refusals\": []}");
  }

  @Test
  void whatIsMeantAsARehearsalIsNoImport() {
    List<String> before = state();
    for (String value : List.of("1", "True", "")) {
      Api.Answer answer =
          api.operate("POST", "/flowledger/import?dry_run=" + value, LINE.formatted(3));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(new JsonObject(answer.body()).getString("message"))
          .isEqualTo("dry_run must be true or false, not '%s'".formatted(value));
    }
    assertThat(api.operate("POST", "/flowledger/import?dry_run=true", LINE.formatted(3)).status())
        .isEqualTo(200);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void anOperatorChangesTheRegistry() {
    String config = REGISTRY + "/config/" + LATER;
    assertThat(api.operate("PUT", config, "{\"compatibility\": \"NONE\"}").status()).isEqualTo(200);
    String subject = "flowledger.heartbeats-io.flowledger.event.Later";
    Api.Answer registered =
        api.operate("POST", REGISTRY + "/subjects/" + subject + "/versions", schema("Later"));
    assertThat(registered.status()).as(registered.body()).isEqualTo(200);
  }

  /** Confluent's serializers do before their first record. */
  @Test
  void whoeverRegistersWhatIsThereFindsIt() {
    String versions = REGISTRY + "/subjects/" + OWN + "/versions";
    String schema = new JsonObject(api.get(versions + "/1").body()).getString("schema");
    String body = new JsonObject().put("schema", schema).encode();
    Api.Answer answer = api.post(versions, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getInteger("version")).isEqualTo(1);
  }

  @Test
  void theSubjectsOfOthersAreTheirs() {
    for (String subject : List.of("flowledger.events-value", "flowledger.events-other.Event")) {
      String versions = REGISTRY + "/subjects/" + subject + "/versions";
      assertThat(api.post(versions, schema("Theirs")).status()).isEqualTo(200);
      assertThat(
              api.send("PUT", REGISTRY + "/config/" + subject, "{\"compatibility\": \"NONE\"}")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void theFolderIsClosedToOthers() throws IOException {
    Assumptions.assumeTrue(
        Files.getFileAttributeView(DATA, PosixFileAttributeView.class) != null, "no owners");
    List<Path> folders = new ArrayList<>(List.of(DATA));
    try (Stream<Path> inIt = Files.list(DATA)) {
      inIt.filter(path -> path.endsWith("kafka") || path.endsWith("views")).forEach(folders::add);
    }
    assertThat(folders).hasSize(3);
    for (Path folder : folders) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .as(folder.toString())
          .isEqualTo("rwx------");
    }
  }
}
