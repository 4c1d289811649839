package io.flowledger.deploy.config;

import io.flowledger.http.HttpConfig;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Settings of the HTTP server, as options. */
public final class HttpOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--host",
      order = HelpSection.PLACE,
      defaultValue = "127.0.0.1",
      description = "Address to listen on.")
  private String host = "";

  @Option(
      names = "--port",
      order = HelpSection.PLACE,
      defaultValue = "8080",
      description = "Port to listen on; 0 for any.")
  private int port;

  @Option(
      names = "--mcp",
      order = HelpSection.PLACE,
      paramLabel = "off|read|write",
      defaultValue = "read",
      description = "What the tools for models at /mcp may do; write: change tags too.")
  private McpAccess mcp = McpAccess.READ;

  @Option(
      names = "--request-timeout",
      order = HelpSection.TIMES,
      paramLabel = "MS",
      defaultValue = "30000",
      description = "Within this time the body of a request has to arrive.")
  private long requestTimeout;

  @Option(
      names = "--idle-timeout",
      order = HelpSection.TIMES,
      paramLabel = "MS",
      defaultValue = "75000",
      description = "After this silence a connection is closed.")
  private long idleTimeout;

  @Option(
      names = "--max-body",
      order = HelpSection.SIZES,
      paramLabel = "BYTES",
      defaultValue = "16777216",
      description = "Largest body of a request.")
  private int maxBody;

  @Option(
      names = "--request-memory",
      order = HelpSection.MEMORY,
      paramLabel = "BYTES",
      defaultValue = "100663296",
      description = "Memory for all that is held of requests; beyond it they are answered 503.")
  private long requestMemory;

  /**
   * @throws ParameterException when they cannot be
   */
  public HttpConfig config() {
    OptionRules.range(command, "--port", port, 0, OptionRules.LARGEST_PORT);
    OptionRules.range(command, "--max-body", maxBody, 1, 256 << 20);
    OptionRules.range(command, "--request-memory", requestMemory, 1 << 20, 1L << 40);
    OptionRules.range(command, "--request-timeout", requestTimeout, 1, Integer.MAX_VALUE);
    OptionRules.range(command, "--idle-timeout", idleTimeout, 1, Integer.MAX_VALUE);
    return new HttpConfig(
        host,
        port,
        maxBody,
        requestMemory,
        Duration.ofMillis(requestTimeout),
        Duration.ofMillis(idleTimeout));
  }

  /** What the tools for models may do. */
  public McpAccess mcp() {
    return mcp;
  }
}
