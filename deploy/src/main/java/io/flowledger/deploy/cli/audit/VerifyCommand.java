package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.projector.audit.Finding;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.chain.PartitionHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger audit verify}. */
@Command(
    name = "verify",
    description = {
      "Replays the whole log of events and compares what it gives with the views, byte for byte, and"
          + " the log with the hash chain that the views have kept over it.",
      "Exits with 0 when everything is proven, with 10 when something differs, with 1 when something"
          + " could not be compared."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class VerifyCommand implements Callable<Integer> {

  private static final int PROVEN = 0;
  private static final int FAILED = 1;
  private static final int DIFFERS = 10;
  private static final Duration REPORT_EVERY = Duration.ofSeconds(3);

  private final Auditor.Opener folders;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private final AuditOptions options;

  @Option(
      names = "--heads",
      paramLabel = "FILE",
      description = "Heads that the log must have, as audit head or GET /audit/head told them.")
  private @Nullable Path heads;

  @Option(
      names = "--key",
      paramLabel = "PUBLIC",
      description = "With --heads: PEM file of the Ed25519 key that must have signed them.")
  private @Nullable Path key;

  VerifyCommand(Auditor.Opener folders, Map<String, String> environment) {
    this.folders = folders;
    this.options = new AuditOptions(environment);
  }

  @Override
  public Integer call() {
    if (key != null && heads == null) {
      throw new ParameterException(spec.commandLine(), "--key makes no sense without --heads");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      List<PartitionHead> recorded = heads == null ? List.of() : read(heads);
      List<PartitionProof> proofs =
          options
              .auditor(folders)
              .verify(
                  recorded,
                  new AuditListener() {
                    private long nextReport = System.nanoTime();

                    @Override
                    public void progress(String line) {
                      if (System.nanoTime() >= nextReport) {
                        nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
                        err.println("flowledger: " + line);
                      }
                    }

                    @Override
                    public void proof(PartitionProof proof) {
                      print(proof, out);
                    }
                  });
      return summary(proofs, out);
    } catch (AuditFailure e) {
      err.println("flowledger: " + e.getMessage());
      return FAILED;
    } finally {
      out.flush();
    }
  }

  private List<PartitionHead> read(Path file) {
    try {
      String json = Files.readString(file);
      List<PartitionHead> recorded = AuditJson.heads(json);
      if (key != null) {
        SignedHeads.check(json, SigningKeys.publicKey(key));
      }
      return recorded;
    } catch (IOException e) {
      throw new AuditFailure("cannot read " + file + ": " + Faults.why(e), e);
    } catch (AuditFailure e) {
      throw new AuditFailure(file + ": " + e.getMessage(), e);
    }
  }

  private static void print(PartitionProof proof, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %s%s, %,d records, %,d rows%n",
        proof.partition(),
        proof.outcome().name().toLowerCase(Locale.ROOT),
        proof.remark().isEmpty() ? "" : " (" + proof.remark() + ")",
        proof.head().head().records(),
        proof.rows());
    for (Finding finding : proof.findings()) {
      out.println("  " + finding);
    }
    out.flush();
  }

  private static int summary(List<PartitionProof> proofs, PrintWriter out) {
    if (proofs.stream().anyMatch(proof -> proof.outcome() == Outcome.DIFFERS)) {
      out.println("DIFFERS: see above, the first position of each partition first");
      return DIFFERS;
    }
    if (proofs.stream().anyMatch(proof -> proof.outcome() == Outcome.UNPROVEN)) {
      out.println("UNPROVEN: not everything could be compared");
      return FAILED;
    }
    out.println("PROVEN");
    return PROVEN;
  }
}
