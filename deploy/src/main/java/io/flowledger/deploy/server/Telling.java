package io.flowledger.deploy.server;

import io.flowledger.deploy.admin.MetricsRoutes;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TelemetryConfig.AccessLogTarget;
import io.flowledger.deploy.config.TelemetryConfig.MetricsListener;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.telemetry.PartitionLag;
import io.flowledger.deploy.telemetry.ProcessMeters;
import io.flowledger.deploy.telemetry.SpanExport;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Telemetry;
import io.flowledger.http.WebServer;
import io.flowledger.http.accesslog.AccessLog;
import io.flowledger.http.edge.EdgeConfig;
import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.tls.ServerTls;
import io.flowledger.http.trace.SampledTraces;
import io.flowledger.http.trace.Traces;
import io.flowledger.projector.Projector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a server tells of itself and its requests, and at which port. */
final class Telling {

  private static final long PROBE_BYTES = 1 << 20;

  private Telling() {}

  /**
   * What is measured and told of requests.
   *
   * @param parts takes what has to be closed
   * @throws StartException when the access log cannot be written
   */
  static Telemetry of(ServerConfig config, Parts parts, MeterRegistry metrics) {
    parts.add(new ProcessMeters(metrics));
    List<EndedRequest.Listener> listeners = new ArrayList<>();
    config
        .telemetry()
        .accessLog()
        .ifPresent(target -> listeners.add(parts.add(accessLog(target, metrics))));
    Traces traces =
        config
            .telemetry()
            .otlp()
            .<Traces>map(
                to -> {
                  // Nothing of OpenTelemetry is loaded before.
                  listeners.add(
                      parts.add(SpanExport.to(to.endpoint(), Version.current(), metrics)));
                  return new SampledTraces(to.sample());
                })
            .orElse(Traces.PASSED_ON);
    return new Telemetry(metrics, traces, listeners);
  }

  /** How far the views are behind the log. */
  static PartitionLag lag(KafkaLog kafka, Projector projector, MeterRegistry metrics) {
    return new PartitionLag(
        kafka.topics().events(), kafka.topics().partitions(), projector::applied, metrics);
  }

  private static AccessLog accessLog(AccessLogTarget target, MeterRegistry metrics) {
    try {
      return AccessLog.open(target.name(), target.format(), System.out, metrics);
    } catch (IOException | RuntimeException e) {
      throw new StartException("--access-log: cannot write %s: %s".formatted(target.name(), e), e);
    }
  }

  /**
   * Opens the listener of the metrics, where they have one of their own.
   *
   * @param parts takes what has to be closed
   * @throws StartException when it cannot be opened
   */
  static void listen(Node node, Parts parts, Consumer<String> progress) {
    node.config().telemetry().metrics().ifPresent(at -> listen(at, node, parts, progress));
  }

  private static void listen(
      MetricsListener at, Node node, Parts parts, Consumer<String> progress) {
    int port = at.port() == 0 ? Ports.free() : at.port();
    Ports.checkFree(at.host(), port, "--metrics-port");
    EdgeConfig edge = node.config().edge();
    Optional<ServerTls> tls =
        edge.tls().map(files -> ClientPort.tlsWithoutClients(node.vertx(), files, parts));
    WebServer web =
        new WebServer(
            node.vertx(),
            node.config().http().at(at.host(), port),
            new RequestMemory(PROBE_BYTES), // whatever clients hold
            Version.current(),
            Telemetry.counting(new SimpleMeterRegistry())); // probes are no requests of clients
    web.secured(tls).accepting(ClientPort.acceptRules(edge, tls.isPresent()));
    parts.add(() -> Flowledger.await(web.stop(), Flowledger.STOP_LIMIT));
    Flowledger.await(
        web.start(List.of(Endpoints.health(node), new MetricsRoutes(node.vertx(), node.metrics()))),
        Flowledger.LISTEN_LIMIT);
    progress.accept("metrics at %s://%s:%d/metrics".formatted(edge.scheme(), at.host(), port));
  }
}
