package io.flowledger.deploy.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Options of all commands for people: the server to ask, the moment, and the form of the answer.
 */
public final class ServerOptions {

  private final Surroundings surroundings;
  private final ServerVariables variables;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = {
        "The server; METAFLOW_SERVICE_URL by default, or",
        ServerVariables.DEFAULT_SERVER + "."
      })
  private @Nullable String server;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Read this data folder, on which no server runs: one is run for as long as the command"
              + " takes.")
  private @Nullable Path data;

  @Option(
      names = "--as-of",
      paramLabel = "MOMENT",
      description =
          "Answer as at that moment: 2d, 3h or 15m ago, 2026-11-23T19:26:46, or a position of the"
              + " log such as 0@12.")
  private @Nullable String asOf;

  @Option(
      names = "--json",
      description = "Print what the server answers, a JSON value on each line.")
  private boolean json;

  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      defaultValue = "auto",
      description = "Colours; auto, the default: on a terminal unless NO_COLOR is set.")
  private Colours.When color = Colours.When.AUTO;

  public ServerOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.variables = new ServerVariables(surroundings.environment());
  }

  /** Runs a command to its end; returns what to exit with. */
  public int run(ToIntFunction<Session> command) {
    PrintWriter err = spec.commandLine().getErr();
    return StandardOutput.end(spec.commandLine().getOut(), err, status(command, err));
  }

  private int status(ToIntFunction<Session> command, PrintWriter err) {
    try {
      if (data == null) {
        return command.applyAsInt(session(server()));
      }
      refuse(server != null, "--server", "--data");
      try (LocalServer local =
          surroundings.localServers().open(data, line -> err.println("flowledger: " + line))) {
        return command.applyAsInt(session(local.url()));
      }
    } catch (CommandFailure.Unread e) {
      return e.exitCode();
    } catch (CommandFailure e) {
      err.println("flowledger: " + e.getMessage());
      return e.exitCode();
    }
  }

  private Session session(String url) {
    Map<String, String> headers =
        variables.key().map(key -> Map.of("x-api-key", key)).orElse(Map.of());
    Optional<String> moment =
        Optional.ofNullable(asOf).map(new Moments(surroundings.clock())::moment);
    return new Session(
        new ServerClient(url, headers, moment, surroundings.pause(), variables.authorities()),
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        Colours.of(color, surroundings),
        json,
        surroundings);
  }

  private String server() {
    String url = server != null ? server : variables.server();
    if (!isHttp(url)) {
      throw CommandFailure.misused(
          "'%s' is no URL of a server such as %s".formatted(url, ServerVariables.DEFAULT_SERVER));
    }
    return url.replaceFirst("/+$", "");
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** For options that wait for what is still to come. */
  public void live(boolean asked, String option) {
    refuse(asked && asOf != null, option, "--as-of");
    refuse(asked && data != null, option, "--data, where nothing happens");
  }

  /** For commands that change something. */
  public void ofNow() {
    usage(asOf == null, "the past cannot be changed: --as-of makes no sense here");
  }

  public void refuse(boolean both, String option, String other) {
    usage(!both, option + " makes no sense with " + other);
  }

  /**
   * @throws ParameterException when the command line is not right
   */
  public void usage(boolean right, String message) {
    if (!right) {
      throw misuse(message);
    }
  }

  public ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
