package io.flowledger.deploy.config;

import io.flowledger.http.HttpConfig;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Limits of the write endpoints, as options. */
public final class IngestOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--max-value",
      order = HelpSection.SIZES,
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "Largest metadata value, location or tag.")
  private int maxValue;

  @Option(
      names = "--max-name",
      order = HelpSection.SIZES,
      paramLabel = "CHARACTERS",
      defaultValue = "255",
      description = "Longest name or id.")
  private int maxName;

  @Option(
      names = "--max-entries",
      order = HelpSection.SIZES,
      defaultValue = "100000",
      description = "Most entries of one metadata or artifact request.")
  private int maxEntries;

  @Option(
      names = "--max-bulk-entries",
      order = HelpSection.SIZES,
      defaultValue = "10000",
      description = "Most entries of one bulk request.")
  private int maxBulkEntries;

  @Option(
      names = "--max-pending-writes",
      order = HelpSection.SIZES,
      defaultValue = "20000",
      description = "Most writes on their way at a time; more are answered 503.")
  private int maxPendingWrites;

  /**
   * @param http whose largest body bounds what is in it
   * @throws ParameterException when they cannot be
   */
  public IngestConfig config(HttpConfig http) {
    OptionRules.range(command, "--max-value", maxValue, 1, http.maxBodyBytes());
    OptionRules.range(command, "--max-name", maxName, 1, 10_000);
    OptionRules.range(command, "--max-entries", maxEntries, 1, 1_000_000);
    OptionRules.range(command, "--max-bulk-entries", maxBulkEntries, 1, 1_000_000);
    OptionRules.range(command, "--max-pending-writes", maxPendingWrites, 1, 10_000_000);
    return new IngestConfig(
        new Limits(maxName, maxValue, maxEntries),
        BulkLimits.of(maxBulkEntries, Math.toIntExact(http.maxBodyBytes())),
        maxPendingWrites,
        "flowledger/" + Version.current());
  }
}
