package io.flowledger.deploy.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.McpAccess;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.Api.Answer;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MCP over HTTP, at a server that its tools ask. */
class McpRoutesTest {

  private static final String LIST =
      "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}";
  private static final String TAG =
      """
      {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "edit_tags",\
       "arguments": {"flow": "F", "run": "1", "add": ["good"], "remove": ["t"]}}}\
      """;

  private static Path data = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @BeforeAll
  static void start() {
    data = TestServer.temporaryFolder();
    server = TestServer.start(TestServer.config(data).withMcp(McpAccess.WRITE));
    api = Api.of(server);
    api.created("/flows/F", "{}");
    api.created("/flows/F/run", "{\"tags\": [\"t\"]}");
  }

  @AfterAll
  static void stop() {
    server.close();
    TestServer.delete(data);
  }

  private static Answer post(String message, String... headers) {
    return api.send("POST", "/mcp", message, headers);
  }

  @Test
  void aToolAsksTheServerItself() {
    Answer answer =
        post(
            """
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search",\
             "arguments": {"tag": "nobody has it"}}}\
            """);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                + "\"{\\\"found\\\":[]}\"}],\"isError\":false}}");
  }

  @Test
  void whereItMayATagIsChanged() {
    assertThat(post(TAG).body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                + "\"{\\\"run\\\":\\\"F/1\\\",\\\"tags\\\":[\\\"good\\\"]}\"}],\"isError\":false}}");
    assertThat(api.get("/flows/F/runs/1").body()).contains("\"tags\": [\"good\"]");
  }

  @Test
  void aNotificationIsAcceptedWithoutAnAnswer() {
    assertThat(post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}"))
        .isEqualTo(new Answer(202, "", Optional.empty()));
  }

  @Test
  void noStreamIsOfferedAndNoSessionIsKept() {
    assertThat(api.get("/mcp").status()).isEqualTo(405);
    assertThat(api.send("DELETE", "/mcp", "").status()).isEqualTo(405);
  }

  @Test
  void anyVersionWithAHandshakeIsSpokenAndOthersAreRefusedWithThose() {
    assertThat(post(LIST, "MCP-Protocol-Version", "2025-06-18").status()).isEqualTo(200);
    Answer refused = post(LIST, "MCP-Protocol-Version", "2099-01-01");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32022,\"message\":\"the version of"
                + " the protocol is not spoken here\",\"data\":{\"supported\":[\"2024-11-05\","
                + "\"2025-03-26\",\"2025-06-18\",\"2025-11-25\"],\"requested\":\"2099-01-01\"}}}");
  }

  @Test
  void whatIsNoMessageIsRefused() {
    Answer refused = post("garbage");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"this is not"
                + " JSON\"}}");
    assertThat(post("").status()).isEqualTo(400);
    String[] wrong = {"\"method\": {}", "\"method\": \"ping\", \"params\": [7]"};
    for (String part : wrong) {
      assertThat(post("{\"jsonrpc\": \"2.0\", \"id\": 1, %s}".formatted(part)))
          .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
          .satisfies(answer -> assertThat(answer.body()).contains("no message of JSON-RPC 2.0"));
    }
  }

  @Test
  void aMessageThatIsTooLongIsRefused() {
    assertThat(post("{\"x\": \"%s\"}".formatted("x".repeat(1 << 20))).status()).isEqualTo(413);
  }

  @Test
  void pagesInBrowsersAreRefused() {
    assertThat(post(LIST, "Origin", "http://evil.example").status()).isEqualTo(403);
    assertThat(post(LIST, "Origin", "http://localhost:" + server.port()).status()).isEqualTo(403);
  }
}
