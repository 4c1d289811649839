package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flowledger audit keygen}. */
@Command(
    name = "keygen",
    description = "Makes a pair of Ed25519 keys to sign heads with: FILE and FILE.pub, in PEM.",
    mixinStandardHelpOptions = true)
final class KeygenCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Of the private key; must not be there yet.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path file;

  @Override
  public Integer call() {
    try {
      SigningKeys.generate(file);
    } catch (AuditFailure e) {
      spec.commandLine().getErr().println("flowledger: " + e.getMessage());
      return FAILED;
    }
    spec.commandLine()
        .getOut()
        .printf("private key: %s%npublic key: %s%n", file, SigningKeys.publicFile(file));
    return 0;
  }
}
