package io.flowledger.deploy;

import io.flowledger.http.HttpConfig;
import io.flowledger.ingest.IngestConfig;
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
public final class TestServer implements AutoCloseable {

  private final Flowledger server;
  private final Optional<Path> temporary;

  private TestServer(Flowledger server, Optional<Path> temporary) {
    this.server = server;
    this.temporary = temporary;
  }

  /** On empty data, with an embedded broker. */
  public static TestServer start() {
    Path data = temporaryFolder();
    return new TestServer(Flowledger.start(config(data), line -> {}), Optional.of(data));
  }

  /** On a broker elsewhere. */
  public static TestServer startOn(String bootstrapServers, String topicPrefix) {
    return startOn(bootstrapServers, topicPrefix, Map.of());
  }

  /** On a broker elsewhere, with a schema registry. */
  public static TestServer startOn(
      String bootstrapServers, String topicPrefix, Map<String, String> registry) {
    Path data = temporaryFolder();
    ServerConfig embedded = config(data);
    ServerConfig config =
        embedded
            .withKafka(new KafkaConfig.Cluster(bootstrapServers, Map.of()))
            .withTopics(
                new TopicsConfig(
                    topicPrefix, "_schemas", 3, (short) 1, embedded.topics().maxEventBytes()))
            .withSchemas(new SchemasConfig(registry, Optional.empty(), embedded.schemas().path()));
    return new TestServer(Flowledger.start(config, line -> {}), Optional.of(data));
  }

  /** On empty data, with an embedded broker that others can connect to. */
  public static TestServer startWithKafkaAt(int kafkaPort) {
    Path data = temporaryFolder();
    ServerConfig config = config(data).withKafka(embeddedKafka(kafkaPort));
    return new TestServer(Flowledger.start(config, line -> {}), Optional.of(data));
  }

  /** With a configuration of its own; the data stays. */
  public static TestServer start(ServerConfig config) {
    return new TestServer(Flowledger.start(config, line -> {}), Optional.empty());
  }

  /** The defaults, but any ports, and requests that may take a second only. */
  public static ServerConfig config(Path data) {
    return config(data, 0);
  }

  public static ServerConfig config(Path data, int port) {
    return ServerConfig.embedded(data)
        .withHttp(
            new HttpConfig(
                "127.0.0.1", port, 8 << 20, Duration.ofSeconds(1), Duration.ofSeconds(2)))
        .withKafka(embeddedKafka(0))
        .withViews(new ViewsConfig(Duration.ofSeconds(5), 32 << 20))
        .withIngest(IngestConfig.defaults("flowledger/test"));
  }

  /** One that writes to disk when the operating system likes. */
  static KafkaConfig embeddedKafka(int port) {
    return new KafkaConfig.Embedded(port, KafkaConfig.Durability.PROCESS, Map.of());
  }

  public int port() {
    return server.port();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  public static Path temporaryFolder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "data-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void delete(Path folder) {
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
