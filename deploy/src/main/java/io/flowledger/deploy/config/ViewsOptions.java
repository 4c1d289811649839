package io.flowledger.deploy.config;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The views of the log, as options. */
public final class ViewsOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--apply-timeout",
      order = HelpSection.TIMES,
      paramLabel = "MS",
      defaultValue = "5000",
      description = "How long an answer waits for its view at most.")
  private long applyTimeout;

  @Option(
      names = "--store-memory",
      order = HelpSection.MEMORY,
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description = "Native memory of the views: cached blocks and rows not yet on disk.")
  private long storeMemory;

  /**
   * @throws ParameterException when they cannot be
   */
  public ViewsConfig config() {
    OptionRules.range(command, "--apply-timeout", applyTimeout, 1, Integer.MAX_VALUE);
    OptionRules.range(command, "--store-memory", storeMemory, 1 << 20, Long.MAX_VALUE);
    return new ViewsConfig(Duration.ofMillis(applyTimeout), storeMemory);
  }
}
