package io.flowledger.deploy.mcp;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Moments;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.mcp.tool.Tool;
import io.flowledger.deploy.mcp.tool.Tools;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The Model Context Protocol over the tools: a message in, its answer out. Keeps nothing of a
 * client between two messages, so that any of several nodes can answer any of them. It blocks until
 * the answer is there.
 */
final class LedgerProtocol {

  /** Those that begin with a handshake, the oldest first. */
  static final List<String> VERSIONS =
      List.of(
          ProtocolVersions.MCP_2024_11_05,
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);

  private static final int PARSE_ERROR = -32700;
  private static final int UNKNOWN_VERSION = -32022;
  private static final int MOST_DEPTH = 100;

  private static final Logger LOG = LoggerFactory.getLogger(LedgerProtocol.class);
  private static final String CLIENT = "flowledger.client";
  private static final ObjectMapper MAPPER = mapper();

  private final Moments moments;
  private final McpJsonMapper json = new JacksonMcpJsonMapper(MAPPER);
  private final Handlers handlers = new Handlers();

  /** What is given the handlers of messages by the SDK. */
  private static final class Handlers implements McpStatelessServerTransport {
    private @Nullable McpStatelessServerHandler handler;

    @Override
    public void setMcpHandler(McpStatelessServerHandler given) {
      handler = given;
    }

    McpStatelessServerHandler handler() {
      return Objects.requireNonNull(handler, "the server is built");
    }

    @Override
    public List<String> protocolVersions() {
      return VERSIONS;
    }

    @Override
    public Mono<Void> closeGracefully() {
      return Mono.empty();
    }
  }

  /**
   * @param version of this program
   * @param write whether the tools that change something are offered
   * @param moments reads moments as models write them
   */
  LedgerProtocol(String version, boolean write, Moments moments) {
    this.moments = moments;
    // Tools check their arguments themselves; nothing they answer has a schema.
    JsonSchemaValidator validator =
        (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid(null);
    McpServer.sync(handlers)
        .serverInfo("flowledger", version)
        .instructions(Tools.INSTRUCTIONS)
        .capabilities(ServerCapabilities.builder().tools(false).build())
        .jsonMapper(json)
        .jsonSchemaValidator(validator)
        .validateToolInputs(false)
        .immediateExecution(true) // on the thread of the caller, which may block
        .tools(Tools.of(write).stream().map(this::tool).toList())
        .build();
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH).build());
    return mapper;
  }

  private SyncToolSpecification tool(Tool tool) {
    McpSchema.Tool described =
        McpSchema.Tool.builder(tool.name(), tool.schema())
            .title(tool.title())
            .description(tool.description())
            .annotations(
                ToolAnnotations.builder()
                    .title(tool.title())
                    .readOnlyHint(!tool.writes())
                    .destructiveHint(tool.writes())
                    .idempotentHint(true)
                    .openWorldHint(false)
                    .build())
            .build();
    return new SyncToolSpecification(described, (context, request) -> call(tool, context, request));
  }

  private CallToolResult call(Tool tool, McpTransportContext context, CallToolRequest request) {
    ServerClient client = (ServerClient) Objects.requireNonNull(context.get(CLIENT), CLIENT);
    Map<String, Object> arguments = request.arguments();
    try {
      return CallToolResult.builder()
          .addTextContent(tool.call(client, moments, arguments == null ? Map.of() : arguments))
          .isError(false)
          .build();
    } catch (CommandFailure failure) {
      return CallToolResult.builder()
          .addTextContent(String.valueOf(failure.getMessage()))
          .isError(true)
          .build();
    } catch (RuntimeException fault) {
      LOG.error("the tool {} has failed", tool.name(), fault);
      return CallToolResult.builder()
          .addTextContent("the tool has met a fault of its own; the log has it")
          .isError(true)
          .build();
    }
  }

  /**
   * Answers a message.
   *
   * @param client asks the server as whoever has sent it
   * @return empty where no answer is wanted
   */
  Optional<Reply> answer(String text, ServerClient client) {
    JsonNode message;
    try {
      message = MAPPER.readTree(text);
    } catch (IOException e) {
      return Optional.of(error(null, PARSE_ERROR, "this is not JSON", null));
    }
    Object id = id(message);
    String method = message.path("method").asText("");
    if (!isMessage(message)) {
      return Optional.of(
          error(
              id,
              McpSchema.ErrorCodes.INVALID_REQUEST,
              "this is no message of JSON-RPC 2.0",
              null));
    }
    McpTransportContext context = McpTransportContext.create(Map.of(CLIENT, client));
    Object parameters = MAPPER.convertValue(message.get("params"), Object.class);
    if (method.isEmpty()) {
      return Optional.empty(); // an answer: this side asks nothing
    }
    if (!message.has("id")) {
      notified(context, new JSONRPCNotification("2.0", method, parameters));
      return Optional.empty();
    }
    if (id == null) {
      return Optional.of(
          error(null, McpSchema.ErrorCodes.INVALID_REQUEST, "the id is no string or number", null));
    }
    return Optional.of(request(context, new JSONRPCRequest("2.0", method, id, parameters)));
  }

  private static boolean isMessage(JsonNode message) {
    JsonNode method = message.path("method");
    JsonNode parameters = message.path("params");
    return message.isObject()
        && message.path("jsonrpc").asText("").equals("2.0")
        && (method.isMissingNode() || method.isTextual())
        && (parameters.isMissingNode() || parameters.isNull() || parameters.isObject());
  }

  /**
   * Answer to a message.
   *
   * @param malformed whether the message was none
   */
  record Reply(String text, boolean malformed) {}

  private Reply request(McpTransportContext context, JSONRPCRequest request) {
    try {
      JSONRPCResponse response =
          handlers
              .handler()
              .handleRequest(context, request)
              .contextWrite(of -> of.put(McpTransportContext.KEY, context))
              .block();
      return new Reply(write(Objects.requireNonNull(response, "an answer")), false);
    } catch (IllegalArgumentException unreadable) {
      LOG.debug("parameters of {}", request.method(), unreadable);
      return error(
          request.id(), McpSchema.ErrorCodes.INVALID_PARAMS, "the parameters cannot be read", null);
    } catch (RuntimeException fault) {
      LOG.error("a request of MCP has failed: {}", request.method(), fault);
      return error(
          request.id(), McpSchema.ErrorCodes.INTERNAL_ERROR, "a fault; the log has it", null);
    }
  }

  private void notified(McpTransportContext context, JSONRPCNotification notification) {
    if (notification.method().equals(McpSchema.METHOD_NOTIFICATION_INITIALIZED)) {
      handlers
          .handler()
          .handleNotification(context, notification)
          .contextWrite(of -> of.put(McpTransportContext.KEY, context))
          .block();
    } // others, such as a cancellation, come too late for what is answered in one go
  }

  /** What a client needs to choose another version. */
  private record Spoken(List<String> supported, String requested) {}

  /** What is answered where a version of the protocol is asked for that is not spoken here. */
  Reply unknownVersion(String text, String version) {
    Object id = null;
    try {
      id = id(MAPPER.readTree(text));
    } catch (IOException e) {
      LOG.debug("not JSON", e);
    }
    return error(
        id,
        UNKNOWN_VERSION,
        "the version of the protocol is not spoken here",
        new Spoken(VERSIONS, version));
  }

  /** Also what is no message may have one, which its sender knows it by. */
  private static @Nullable Object id(JsonNode message) {
    JsonNode id = message.path("id");
    return id.isTextual() ? id.asText() : id.isIntegralNumber() ? id.numberValue() : null;
  }

  private Reply error(@Nullable Object id, int code, String message, @Nullable Object data) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    if (data != null) {
      error.put("data", data);
    }
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", id);
    answer.put("error", error);
    return new Reply(write(answer), true);
  }

  private String write(Object message) {
    try {
      return json.writeValueAsString(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
