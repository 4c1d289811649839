package io.flowledger.deploy.server;

import io.flowledger.deploy.cluster.ClusterNode;
import io.flowledger.deploy.config.ClusterConfig;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.Routes;
import io.flowledger.http.Telemetry;
import io.flowledger.http.WebServer;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.http.tls.ServerTls;
import io.flowledger.http.tls.TlsConfig;
import io.flowledger.projector.Projector;
import io.flowledger.projector.ProjectorConfig;
import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.ReadModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/** A node among others, and the port that they call it at. */
record Neighbourhood(ClusterNode node, ClusterPlace place) {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(5);

  /**
   * @param parts takes what has to be closed
   */
  static Neighbourhood of(
      ServerConfig config,
      DataFolder data,
      KafkaLog kafka,
      Vertx vertx,
      MeterRegistry metrics,
      Parts parts) {
    ClusterPlace place = ClusterPlace.of(config.cluster(), config.access());
    ClusterNode node =
        parts.add(
            new ClusterNode(
                new ClusterNode.Settings(
                    ProjectorConfig.group(kafka.topics().prefix()),
                    ProjectorConfig.memberInstanceId(data.instanceId()),
                    place.advertised(),
                    place.secret(),
                    Version.current(),
                    kafka.topics().partitions(),
                    kafka.topics().ids(),
                    kafka.sessionTimeout(),
                    config.cluster().standbyReplicas(),
                    config.query().requestDeadline(),
                    config.cluster().authorities().map(Neighbourhood::trusting)),
                vertx,
                () -> Admin.create(kafka.clients()),
                metrics));
    return new Neighbourhood(node, place);
  }

  String address() {
    return place.advertised();
  }

  Tenure tenure() {
    return node.tenure();
  }

  ProjectorConfig.Others replicas(ClusterConfig config) {
    return new ProjectorConfig.Others(config.standbyReplicas(), config.zone());
  }

  ReadModel readModel(Projector projector, Duration applyTimeout) {
    return node.readModel(projector, applyTimeout);
  }

  PartCalls parts() {
    return node.parts();
  }

  OtherNodes others(ReadModel readModel) {
    return node.others(readModel);
  }

  Routes picture(Projector projector) {
    return node.picture(projector);
  }

  Routes forwarding(ReadModel readModel) {
    return node.forwarding(readModel);
  }

  /**
   * Opens the internal port, and begins to look at the others.
   *
   * @param endpoints that are answered there for requests that have been forwarded
   * @throws StartException where they and this node cannot speak with each other
   */
  void listen(Node own, List<Routes> endpoints, Parts parts, Consumer<String> progress) {
    List<Routes> routes = new ArrayList<>(node.internal(own.projector()));
    routes.addAll(endpoints);
    HttpConfig http = own.config().http();
    WebServer web =
        new WebServer(
            own.vertx(),
            new HttpConfig(
                place.host(),
                place.port(),
                http.maxBodyBytes(),
                http.requestMemoryBytes(),
                http.requestTimeout(),
                IDLE),
            own.memory(),
            Version.current(),
            Telemetry.counting(new SimpleMeterRegistry())); // told where clients come in
    Optional<ServerTls> tls = tls(own, parts);
    web.secured(tls).accepting(ClientPort.acceptRules(own.config().edge(), tls.isPresent()));
    parts.add(() -> Flowledger.await(web.stop(), Flowledger.STOP_LIMIT));
    Flowledger.await(web.start(routes), Flowledger.LISTEN_LIMIT);
    Duration limit =
        own.config().kafka() instanceof KafkaConfig.Cluster cluster
            ? cluster.timeout()
            : KafkaConfig.TIMEOUT;
    node.start(limit, progress)
        .ifPresent(
            reason -> {
              throw new StartException(reason);
            });
  }

  /** Where nodes call each other by TLS. Whoever knows the secret needs no certificate. */
  private static Optional<ServerTls> tls(Node own, Parts parts) {
    if (own.config().cluster().authorities().isEmpty()) {
      return Optional.empty();
    }
    TlsConfig files =
        own.config()
            .edge()
            .tls()
            .orElseThrow(
                () ->
                    new StartException(
                        "--cluster-ca needs the certificate of this node: --tls-cert and --tls-key,"
                            + " or --tls-keystore"));
    return Optional.of(ClientPort.tlsWithoutClients(own.vertx(), files, parts));
  }

  private static TrustOptions trusting(Path authorities) {
    return new PemTrustOptions().addCertPath(authorities.toString());
  }

  /**
   * What this node answers for goes to the others, while it still forwards, until all is answered.
   */
  void drain(Projector projector) {
    node.drain(projector, CLOSE_LIMIT, ANSWER_LIMIT);
  }
}
