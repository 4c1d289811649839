package io.flowledger.deploy.config;

import io.flowledger.query.QueryConfig;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Limits of the read endpoints, as options. */
public final class QueryOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--request-deadline",
      order = HelpSection.TIMES,
      paramLabel = "MS",
      defaultValue = "30000",
      description = "After this time a read that is not answered ends.")
  private long requestDeadline;

  @Option(
      names = "--heartbeat-timeout",
      order = HelpSection.TIMES,
      paramLabel = "S",
      defaultValue = "360",
      description = "After this silence a run without an outcome counts as failed.")
  private long heartbeatTimeout;

  /**
   * @throws ParameterException when they cannot be
   */
  public QueryConfig config() {
    OptionRules.range(command, "--request-deadline", requestDeadline, 1, Integer.MAX_VALUE);
    OptionRules.range(command, "--heartbeat-timeout", heartbeatTimeout, 1, Integer.MAX_VALUE);
    return QueryConfig.defaults()
        .withRequestDeadline(Duration.ofMillis(requestDeadline))
        .withHeartbeatTimeout(Duration.ofSeconds(heartbeatTimeout));
  }
}
