package io.flowledger.deploy.mcp;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowledger mcp}: the tools for models, over standard input and output. */
@Command(
    name = "mcp",
    description = {
      "Lets a model ask a server, by the Model Context Protocol.",
      "Programs that have models (assistants, editors) start it, and speak with it over standard"
          + " input and output; nothing else is printed there. A server has the same tools at /mcp."
    },
    footer = {
      "",
      "In the configuration of such a program:",
      "  {\"mcpServers\": {\"flowledger\": {\"command\": \"flowledger\", \"args\": [\"mcp\"],",
      "    \"env\": {\"METAFLOW_SERVICE_URL\": \"http://127.0.0.1:8080\"}}}}",
      "",
      "Tried by hand, one message on each line:",
      "  echo '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}' | flowledger mcp"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class McpCommand implements Callable<Integer> {

  @Mixin private final ServerOptions options;
  private final Surroundings surroundings;
  private final String version;

  @Option(
      names = "--write",
      description = "Offer the tools that change something too: tags of runs.")
  private boolean write;

  /**
   * @param version of this program
   */
  public McpCommand(Surroundings surroundings, String version) {
    this.options = new ServerOptions(surroundings);
    this.surroundings = surroundings;
    this.version = version;
  }

  @Override
  public Integer call() {
    return options.run(this::serve);
  }

  private int serve(Session session) {
    LedgerProtocol protocol = new LedgerProtocol(version, write, session.moments());
    try {
      new StdioLoop(protocol, session.client(), session.out()).run(surroundings.input());
      return ExitCodes.FINE;
    } catch (IOException e) {
      throw CommandFailure.failed("standard input cannot be read: " + Faults.why(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }
}
