package io.flowledger.deploy.config;

import io.flowledger.http.accesslog.AccessLogFormat;
import java.net.URI;
import java.util.Optional;

/**
 * What the server tells of itself, and whom.
 *
 * @param accessLog a line for each request; empty for none
 * @param metrics a listener of their own; empty where they are on that of the endpoints
 * @param otlp where traces are sent; empty for nowhere
 */
public record TelemetryConfig(
    Optional<AccessLogTarget> accessLog, Optional<MetricsListener> metrics, Optional<Otlp> otlp) {

  /**
   * @param name of a file, or {@code -} for standard output
   */
  public record AccessLogTarget(String name, AccessLogFormat format) {}

  /** Where it listens. */
  public record MetricsListener(String host, int port) {}

  /**
   * @param endpoint base URL of a collector, as in {@code http://localhost:4318}
   * @param sample part of the traces that begin here to record, from 0 to 1; those that a request
   *     brings are recorded if it says that they are
   */
  public record Otlp(URI endpoint, double sample) {}

  /** Nothing but metrics, with the endpoints. */
  public static TelemetryConfig defaults() {
    return new TelemetryConfig(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
