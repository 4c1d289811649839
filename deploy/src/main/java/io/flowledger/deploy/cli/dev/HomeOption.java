package io.flowledger.deploy.cli.dev;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The folder of {@code flowledger dev}, as an option. */
public final class HomeOption {

  private static final String HOME = "HOME";

  private final Map<String, String> environment;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Folder of the server's data, and of what Metaflow stores; FLOWLEDGER_HOME, or"
              + " ~/.flowledger by default.")
  private @Nullable Path chosen;

  public HomeOption(Map<String, String> environment) {
    this.environment = environment;
  }

  public DevHome home() {
    return new DevHome(
        (chosen == null ? user().resolve(".flowledger") : chosen).toAbsolutePath().normalize());
  }

  /** As shells know it: the JVM asks the system, and so does not know what a user has set. */
  private Path user() {
    String told = environment.getOrDefault(HOME, "");
    return Path.of(told.isEmpty() ? System.getProperty("user.home") : told);
  }

  /** The command that prints what a shell has to be told of the server of this folder. */
  public String envCommand() {
    return chosen == null
        ? "flowledger env"
        : "flowledger env --home " + Shell.SH.quoted(home().root().toString());
  }

  /** The same, as one types it into a shell. */
  public String eval() {
    return "eval \"$(" + envCommand() + ")\"";
  }
}
