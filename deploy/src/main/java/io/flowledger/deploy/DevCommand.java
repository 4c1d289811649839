package io.flowledger.deploy;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.dev.DevHome;
import io.flowledger.deploy.cli.dev.HomeOption;
import io.flowledger.deploy.cli.dev.Shell;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code flowledger dev}: all that somebody needs who writes flows on their own machine, in one
 * folder of theirs, and what a shell has to be told for it.
 */
@Command(
    name = "dev",
    description = {
      "Runs the metadata service for one developer: its data, and what Metaflow stores, are in a"
          + " folder of theirs, wherever it is started.",
      "What Metaflow has to be told is printed, and 'flowledger env' prints it for other shells.",
      "Other settings of 'flowledger serve' can be set by their environment variables."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger dev",
      "  eval \"$(flowledger env)\"  # in another shell"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    versionProvider = Version.class)
final class DevCommand implements Callable<Integer> {

  private final Map<String, String> environment;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private final HomeOption homes;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description =
          "Port to listen on, of this machine only; 0 for any. ${DEFAULT-VALUE} by default.")
  private int port;

  DevCommand(Map<String, String> environment) {
    this.environment = environment;
    this.homes = new HomeOption(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    DevHome home = homes.home();
    ServerConfig config =
        ServeCommand.config(
            environment,
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--data",
            home.data().toString());
    Optional<String> running = home.running();
    if (running.isPresent()) {
      err.printf(
          "flowledger: one is running already, at %s; '%s' tells what Metaflow needs%n",
          running.get(), homes.envCommand());
      return ExitCodes.FAILED;
    }
    try {
      home.make();
    } catch (IOException e) {
      err.println("flowledger: cannot use %s: %s".formatted(home.root(), Faults.why(e)));
      return ExitCodes.FAILED;
    }
    return new Serving(spec.commandLine().getOut(), err).run(config, url -> announce(home, url));
  }

  private void announce(DevHome home, String url) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      home.note(url);
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println(
              "flowledger: '%s' will not find this server, since a file cannot be written: %s"
                  .formatted(homes.envCommand(), Faults.why(e)));
    }
    out.println("flowledger: serving " + url + " - for Metaflow, " + homes.eval() + ", or:");
    home.variables(url).forEach((name, value) -> out.println("  " + Shell.SH.export(name, value)));
  }
}
