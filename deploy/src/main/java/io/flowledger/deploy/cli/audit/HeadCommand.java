package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.projector.chain.PartitionHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flowledger audit head}. */
@Command(
    name = "head",
    description = {
      "Prints the heads of the hash chains over the log, to be kept where the log is not.",
      "Without --server and --data, it asks METAFLOW_SERVICE_URL, or else http://127.0.0.1:8080."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class HeadCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  private final Auditor.Opener folders;
  private final Clock clock;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private final AuditOptions options;

  @Option(
      names = "--sign",
      paramLabel = "PRIVATE",
      description = "Sign them with the Ed25519 key in this PEM file.")
  private @Nullable Path sign;

  @Option(names = "-o", paramLabel = "FILE", description = "Write to a file.")
  private @Nullable Path file;

  HeadCommand(Auditor.Opener folders, Map<String, String> environment, Clock clock) {
    this.folders = folders;
    this.options = new AuditOptions(environment);
    this.clock = clock;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      String json = json();
      if (file == null) {
        out.println(json);
        out.flush();
      } else {
        Files.writeString(file, json + "\n");
      }
      return 0;
    } catch (AuditFailure e) {
      spec.commandLine().getErr().println("flowledger: " + e.getMessage());
      return FAILED;
    } catch (IOException e) {
      spec.commandLine().getErr().println("flowledger: cannot write: " + Faults.why(e));
      return FAILED;
    }
  }

  private String json() {
    var key = sign == null ? null : SigningKeys.privateKey(sign);
    List<PartitionHead> heads = options.auditorByDefaultServer(folders).heads();
    return key == null
        ? PartitionHead.toJson(heads).toString()
        : SignedHeads.sign(heads, key, clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }
}
