package io.flowledger.deploy;

import io.flowledger.ingest.IngestConfig;
import io.flowledger.query.QueryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A server in this process on ports of its own, with data that goes when it closes. */
final class TestServer implements AutoCloseable {

  private final Flowledger server;
  private final Optional<Path> temporary;

  private TestServer(Flowledger server, Optional<Path> temporary) {
    this.server = server;
    this.temporary = temporary;
  }

  /** On empty data, with an embedded broker. */
  static TestServer start() {
    Path data = temporaryFolder();
    return new TestServer(Flowledger.start(config(data), line -> {}), Optional.of(data));
  }

  /** On a broker elsewhere. */
  static TestServer startOn(String bootstrapServers, String topicPrefix) {
    return startOn(bootstrapServers, topicPrefix, Map.of());
  }

  /** On a broker elsewhere, with a schema registry. */
  static TestServer startOn(
      String bootstrapServers, String topicPrefix, Map<String, String> registry) {
    Path data = temporaryFolder();
    ServerConfig embedded = config(data);
    ServerConfig config =
        new ServerConfig(
            embedded.http(),
            data,
            Optional.of(bootstrapServers),
            Map.of(),
            embedded.embedded(),
            new ServerConfig.Log(
                topicPrefix, "_schemas", 3, (short) 1, embedded.log().maxEventBytes()),
            embedded.ingest(),
            embedded.query(),
            embedded.applyTimeout(),
            embedded.storeMemoryBytes(),
            new ServerConfig.Schemas(registry, Optional.empty()));
    return new TestServer(Flowledger.start(config, line -> {}), Optional.of(data));
  }

  /** On empty data, with an embedded broker that others can connect to. */
  static TestServer startWithKafkaAt(int kafkaPort) {
    Path data = temporaryFolder();
    ServerConfig any = config(data);
    ServerConfig config =
        new ServerConfig(
            any.http(),
            data,
            any.kafka(),
            any.kafkaProperties(),
            new ServerConfig.Embedded(kafkaPort, any.embedded().durability()),
            any.log(),
            any.ingest(),
            any.query(),
            any.applyTimeout(),
            any.storeMemoryBytes());
    return new TestServer(Flowledger.start(config, line -> {}), Optional.of(data));
  }

  /** With a configuration of its own; the data stays. */
  static TestServer start(ServerConfig config) {
    return new TestServer(Flowledger.start(config, line -> {}), Optional.empty());
  }

  /** The defaults, but any ports, and requests that may take a second only. */
  static ServerConfig config(Path data) {
    return config(data, 0);
  }

  static ServerConfig config(Path data, int port) {
    return new ServerConfig(
        new ServerConfig.Http(
            "127.0.0.1",
            port,
            8 << 20,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            "/schema-registry"),
        data,
        Optional.empty(),
        Map.of(),
        new ServerConfig.Embedded(0, ServerConfig.Durability.PROCESS),
        new ServerConfig.Log("flowledger.", "_schemas", 4, (short) 1, 32 << 20),
        IngestConfig.defaults("flowledger/test"),
        QueryConfig.defaults(),
        Duration.ofSeconds(5),
        32 << 20);
  }

  int port() {
    return server.port();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  static Path temporaryFolder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "data-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    temporary.ifPresent(TestServer::delete);
  }
}
