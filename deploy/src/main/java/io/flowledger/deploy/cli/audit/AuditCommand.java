package io.flowledger.deploy.cli.audit;

import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger audit}. */
@Command(
    name = "audit",
    description = "Proves that the views are what the log gives, and that the log is whole.",
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private AuditCommand() {}

  /**
   * The command with its subcommands.
   *
   * @param folders opens folders that no server has open
   */
  public static CommandLine of(
      Auditor.Opener folders, Map<String, String> environment, Clock clock) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new VerifyCommand(folders, environment))
        .addSubcommand(new HeadCommand(folders, environment, clock))
        .addSubcommand(new KeygenCommand());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: verify, head or keygen");
  }
}
