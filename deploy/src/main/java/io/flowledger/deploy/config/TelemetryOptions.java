package io.flowledger.deploy.config;

import io.flowledger.deploy.config.TelemetryConfig.AccessLogTarget;
import io.flowledger.deploy.config.TelemetryConfig.MetricsListener;
import io.flowledger.deploy.config.TelemetryConfig.Otlp;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.accesslog.AccessLogFormat;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the server tells of itself, as options. */
public final class TelemetryOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--access-log",
      order = HelpSection.TELLING,
      paramLabel = "FILE|-",
      description = "Write a line for each request to this file, or to standard output.")
  private @Nullable String accessLog;

  @Option(
      names = "--access-log-format",
      order = HelpSection.TELLING,
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Form of its lines.")
  private AccessLogFormat accessLogFormat = AccessLogFormat.TEXT;

  @Option(
      names = "--metrics-port",
      order = HelpSection.TELLING,
      paramLabel = "PORT",
      description =
          "Answer /metrics at a port of its own, and there only; /health/live and /health/ready"
              + " there too.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--metrics-host",
      order = HelpSection.TELLING,
      paramLabel = "HOST",
      description = "Address of that port; by default that of --host.")
  private @Nullable String metricsHost;

  @Option(
      names = "--otlp-endpoint",
      order = HelpSection.TELLING,
      paramLabel = "URL",
      description =
          "Send traces to this OpenTelemetry collector, by OTLP over HTTP, as in"
              + " http://localhost:4318.")
  private @Nullable URI otlpEndpoint;

  @Option(
      names = "--otlp-sample",
      order = HelpSection.TELLING,
      paramLabel = "RATIO",
      defaultValue = "1",
      description =
          "Part of the traces to send that begin here, from 0 to 1; those of clients are sent if"
              + " these say so.")
  private double otlpSample;

  /**
   * What they say.
   *
   * @param http whose port is another one
   * @throws ParameterException when they cannot be
   */
  public TelemetryConfig config(HttpConfig http) {
    return new TelemetryConfig(accessLog(), metrics(http), otlp());
  }

  private Optional<AccessLogTarget> accessLog() {
    return Optional.ofNullable(accessLog).map(name -> new AccessLogTarget(name, accessLogFormat));
  }

  private Optional<MetricsListener> metrics(HttpConfig http) {
    if (metricsPort == null) {
      OptionRules.check(
          command,
          metricsHost == null,
          "--metrics-host says where --metrics-port is, which is missing");
      return Optional.empty();
    }
    OptionRules.range(command, "--metrics-port", metricsPort, 0, OptionRules.LARGEST_PORT);
    OptionRules.check(
        command,
        metricsPort == 0 || metricsPort != http.port(),
        "--port and --metrics-port are both %d: each needs one of its own".formatted(metricsPort));
    return Optional.of(
        new MetricsListener(metricsHost == null ? http.host() : metricsHost, metricsPort));
  }

  private Optional<Otlp> otlp() {
    OptionRules.check(
        command,
        otlpSample >= 0 && otlpSample <= 1,
        "--otlp-sample must be from 0 to 1, not " + otlpSample);
    if (otlpEndpoint == null) {
      return Optional.empty();
    }
    OptionRules.check(
        command,
        otlpEndpoint.getHost() != null
            && String.valueOf(otlpEndpoint.getScheme()).matches("https?"),
        "--otlp-endpoint must be like http://localhost:4318, not " + otlpEndpoint);
    return Optional.of(new Otlp(otlpEndpoint, otlpSample));
  }
}
