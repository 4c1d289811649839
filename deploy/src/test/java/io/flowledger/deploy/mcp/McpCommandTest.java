package io.flowledger.deploy.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** MCP over standard input and output: nothing else is ever printed there. */
class McpCommandTest extends CommandTest {

  private static final String INITIALIZE =
      """
      {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion":\
       "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}""";
  private static final String INITIALIZED =
      "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}";
  private static final String SEARCH =
      """
      {"jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": {"name": "search",\
       "arguments": {"tag": "ü"}}}""";

  private List<String> answers(String... messages) {
    input = String.join("\n", messages).getBytes(StandardCharsets.UTF_8);
    Ended ended = run("mcp");
    assertThat(ended.status()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended.out().isEmpty() ? List.of() : Arrays.asList(ended.out().split("\n"));
  }

  @Test
  void aHandshake() {
    assertThat(answers(INITIALIZE, INITIALIZED))
        .singleElement()
        .asString()
        .startsWith(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\","
                + "\"capabilities\":{\"tools\":{\"listChanged\":false}},"
                + "\"serverInfo\":{\"name\":\"flowledger\",");
  }

  @Test
  void anOlderOrUnknownVersionIsAnsweredWithTheNewestOne() {
    assertThat(answers(INITIALIZE.replace("2025-06-18", "1999-01-01")))
        .singleElement()
        .asString()
        .contains("\"protocolVersion\":\"2025-11-25\"");
  }

  @Test
  void whatIsAskedIsAnsweredThoughTheInputHasEnded() {
    server.answer("/search?tag=%C3%BC&_limit=20", "[{\"pathspec\": \"F/1\", \"tag\": \"ü\"}]");
    assertThat(answers(SEARCH))
        .containsExactly(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                + "\"{\\\"found\\\":[{\\\"pathspec\\\":\\\"F/1\\\",\\\"tag\\\":\\\"ü\\\"}]}\"}],"
                + "\"isError\":false}}");
  }

  @Test
  void whatIsNoMessageIsAnsweredSoAndTheNextOneIsRead() {
    assertThat(
            answers(
                "garbage",
                "",
                "[]",
                "{\"jsonrpc\": \"2.0\", \"id\": {}, \"method\": \"ping\"}",
                "x".repeat(3 << 20),
                "{\"jsonrpc\": \"2.0\", \"id\": 2, \"method\": \"ping\"}"))
        .containsExactlyInAnyOrder(
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"this is not"
                + " JSON\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"this is no"
                + " message of JSON-RPC 2.0\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"the id is no"
                + " string or number\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"this is not"
                + " JSON\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
  }

  @Test
  void whatCannotBeDoneIsAnErrorOfTheToolThatSaysWhy() {
    server.answer("/search?tag=%C3%BC&_limit=20", 400, "{\"message\": \"not so\"}", Map.of());
    assertThat(answers(SEARCH))
        .containsExactly(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                + "\"not so\"}],\"isError\":true}}");
  }

  @Test
  void parametersThatAreNoneAreRefused() {
    assertThat(
            answers(
                "{\"jsonrpc\": \"2.0\", \"id\": 3, \"method\": \"tools/call\", \"params\": [1]}"))
        .containsExactly(
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32600,\"message\":\"this is no"
                + " message of JSON-RPC 2.0\"}}");
  }
}
