package io.flowledger.deploy.config.edge;

import io.flowledger.deploy.config.HelpSection;
import io.flowledger.deploy.config.OptionRules;
import io.flowledger.http.edge.AddressRanges;
import io.flowledger.http.edge.EdgeConfig;
import io.flowledger.http.edge.EdgeLimits;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What stands between the server and the network, as options. */
public final class EdgeOptions {

  /** Segments that need no escapes and are no dots. */
  private static final Pattern PREFIX =
      Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+");

  private static final int MOST_CONNECTIONS = 1_000_000;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin private final TlsOptions tls = new TlsOptions();

  @Option(
      names = "--path-prefix",
      order = HelpSection.PLACE,
      paramLabel = "PATH",
      description = "All endpoints are below this path, as in /flowledger.")
  private @Nullable String pathPrefix;

  @Option(
      names = "--allow-address",
      order = HelpSection.PLACE,
      paramLabel = "CIDR",
      split = ",",
      description =
          "Take requests from these addresses only, as in 10.0.0.0/8,2001:db8::/32; all by"
              + " default.")
  private @Nullable List<String> allowed;

  @Option(
      names = "--trusted-proxy",
      order = HelpSection.PLACE,
      paramLabel = "CIDR",
      split = ",",
      description =
          "Addresses of proxies, whose headers Forwarded and X-Forwarded-... are believed; none by"
              + " default.")
  private @Nullable List<String> proxies;

  @Option(
      names = "--max-connections",
      order = HelpSection.MEMORY,
      paramLabel = "N",
      defaultValue = "" + EdgeLimits.MAX_CONNECTIONS,
      description = "Connections of clients at a time; more are closed at once.")
  private int maxConnections;

  @Option(
      names = "--max-connections-per-address",
      order = HelpSection.MEMORY,
      paramLabel = "N",
      description =
          "Of these, connections of one address, but of --trusted-proxy and of this machine; half"
              + " of them by default.")
  private @Nullable Integer maxOfAddress;

  @Option(
      names = "--max-pending",
      order = HelpSection.MEMORY,
      paramLabel = "N",
      defaultValue = "" + EdgeLimits.MAX_PENDING,
      description = "Requests under way at a time; more are answered 503 at once.")
  private int maxPending;

  @Option(
      names = "--rate-limit",
      order = HelpSection.MEMORY,
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Requests a second of each credential, or address where there is none; more are answered"
              + " 429. 0, the default: any number.")
  private int rateLimit;

  /**
   * What they say.
   *
   * @throws ParameterException when they cannot be
   */
  public EdgeConfig config() {
    OptionRules.range(command, "--max-connections", maxConnections, 1, MOST_CONNECTIONS);
    int ofAddress = maxOfAddress == null ? EdgeLimits.half(maxConnections) : maxOfAddress;
    OptionRules.range(command, "--max-connections-per-address", ofAddress, 1, MOST_CONNECTIONS);
    OptionRules.range(command, "--max-pending", maxPending, 1, MOST_CONNECTIONS);
    OptionRules.range(command, "--rate-limit", rateLimit, 0, MOST_CONNECTIONS);
    OptionRules.check(
        command,
        pathPrefix == null || pathPrefix.isEmpty() || PREFIX.matcher(pathPrefix).matches(),
        "--path-prefix must be like /flowledger, not '%s'".formatted(pathPrefix));
    return new EdgeConfig(
        tls.config(),
        ranges("--allow-address", allowed),
        ranges("--trusted-proxy", proxies),
        pathPrefix == null ? "" : pathPrefix,
        new EdgeLimits(maxConnections, ofAddress, rateLimit, maxPending));
  }

  private AddressRanges ranges(String option, @Nullable List<String> given) {
    if (given == null || given.isEmpty()) {
      return AddressRanges.none();
    }
    try {
      return AddressRanges.parse(String.join(",", given));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
