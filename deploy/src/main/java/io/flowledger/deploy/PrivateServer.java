package io.flowledger.deploy;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.LocalServer;
import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.server.Flowledger;
import io.flowledger.deploy.server.StartException;
import io.flowledger.schemas.topic.TopicProvisioner.TopicMismatchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** A server for one command, on a data folder that another server has filled and left. */
final class PrivateServer implements LocalServer {

  /** As log4j2.xml reads it. */
  private static final String LOG_LEVEL = "flowledger.log.level";

  private static final String SETTINGS =
      "; set what its server was given, for example FLOWLEDGER_PARTITIONS";

  private final Flowledger server;

  private PrivateServer(Flowledger server) {
    this.server = server;
  }

  /**
   * Starts one with the settings that {@code serve} has in this environment, on a port of its own.
   *
   * @throws CommandFailure when it cannot start
   */
  static PrivateServer start(
      Path data, Map<String, String> environment, Consumer<String> progress) {
    if (!Files.isDirectory(data.resolve("kafka"))) {
      throw CommandFailure.failed(
          "%s is not the data folder of a server with an embedded Kafka".formatted(data));
    }
    ServerConfig config =
        ServeCommand.config(
                environment, "--host", "127.0.0.1", "--port", "0", "--data", data.toString())
            .withAccess(AccessConfig.open()); // this process alone knows where it is
    if (config.kafka() instanceof KafkaConfig.Cluster cluster) {
      throw CommandFailure.failed(
          "the log is on the Kafka cluster %s; name one of its servers with --server URL"
              .formatted(cluster.bootstrapServers()));
    }
    System.setProperty(LOG_LEVEL, "WARN"); // read when the first server makes its log
    try {
      return new PrivateServer(Flowledger.start(config, progress));
    } catch (StartException e) {
      String hint = e.getCause() instanceof TopicMismatchException ? SETTINGS : "";
      throw CommandFailure.failed(e.getMessage() + hint);
    }
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
