package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stops a server from starting is said, and leaves nothing behind. */
class StartTest {

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  @Test
  void twoServersCannotHaveOneFolder() {
    ServerConfig config = TestServer.config(data);
    try (TestServer first = TestServer.start(config)) {
      assertThatThrownBy(() -> TestServer.start(config))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "the data folder " + data + " is in use by another server; stop it, or use --data");
      assertThat(Api.of(first).get("/ping").body()).isEqualTo("pong");
    }
    try (TestServer again = TestServer.start(config)) {
      assertThat(Api.of(again).get("/ping").body()).isEqualTo("pong");
    }
  }

  @Test
  void oneThatIsToStopBeforeItsViewsAreOpenDoesSoInOrder() {
    ServerConfig config = TestServer.config(data);
    AtomicInteger port = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Flowledger.start(
                    config,
                    line -> {},
                    listening -> {
                      port.set(listening.port());
                      listening.close();
                    }))
        .isInstanceOf(StartException.class)
        .hasMessage("stopped before the views were open");
    assertThat(port).hasPositiveValue();
    assertThat(data.resolve("kafka").resolve(".kafka_cleanshutdown")).exists();
    TestServer.start(config).close();
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerConfig config = TestServer.config(data, taken.getLocalPort());
      assertThatThrownBy(() -> TestServer.start(config))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (")
          .hasMessageEndingWith("); use --port to choose another port");
    }
  }

  @Test
  void aTopicThatContradictsTheConfigurationIsNamed() {
    ServerConfig config = TestServer.config(data);
    TestServer.start(config).close();
    ServerConfig other = config.withTopics(config.topics().withPartitions(5));
    assertThatThrownBy(() -> TestServer.start(other))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "topic flowledger.events has 4 partitions, configured are 5; topic"
                + " flowledger.heartbeats has 4 partitions, configured are 5");
  }

  @Test
  void aSchemaThatContradictsARegisteredOneIsNamed() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
      TestServer.startOn(kafka.bootstrapServers(), "a.").close();
      String subject = "b.events-io.flowledger.event.RunRegistered";
      Schema other =
          SchemaBuilder.record("RunRegistered")
              .namespace("io.flowledger.event")
              .fields()
              .requiredString("flow_id")
              .endRecord();
      try (TopicSchemaRegistry registry =
          new TopicSchemaRegistry(
              Map.of("bootstrap.servers", kafka.bootstrapServers()), "_schemas")) {
        registry.register(subject, other);
      }

      assertThatThrownBy(() -> TestServer.startOn(kafka.bootstrapServers(), "b."))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith(
              "Schema being registered is incompatible with an earlier schema for subject \""
                  + subject
                  + "\", details: [{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE',");
    }
  }

  @Test
  void anErrorLeavesNothingBehindToo() {
    ServerConfig config = TestServer.config(data);
    StackOverflowError error = new StackOverflowError();
    for (String when : List.of("starting the embedded Kafka", "opening the views")) {
      assertThatThrownBy(
              () ->
                  Flowledger.start(
                      config,
                      line -> {
                        if (line.startsWith(when)) {
                          throw error;
                        }
                      }))
          .isSameAs(error);
    }
    TestServer.start(config).close();
  }

  /** Loaded by the server, on its first thread: it cannot be. */
  public static final class Broken implements Serializer<Object> {
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      throw new StackOverflowError();
    }

    @Override
    public byte[] serialize(String topic, Object value) {
      return new byte[0];
    }
  }

  @Test
  void aProcessThatCannotStartEndsWithItsStatusAndALine() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
        ChildProcess process =
            ChildProcess.java(
                Main.class,
                "serve",
                "--port",
                "0",
                "--internal-port",
                Integer.toString(Ports.free()),
                "--data",
                data.resolve("of-child").toString(),
                "--kafka",
                kafka.bootstrapServers(),
                "--replication",
                "1",
                "--schema-registry",
                "http://127.0.0.1:1",
                "--value-serializer",
                Broken.class.getName())) {
      String printed = process.awaitEnd();
      assertThat(process.exitStatus()).as(printed).isEqualTo(1);
      assertThat(printed)
          .contains("flowledger: this has failed (StackOverflow: it is nested too deep)")
          .doesNotContain("\tat ");
    }
  }
}
