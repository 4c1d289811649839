package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.event.EventId;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events of others, with the identifier of the schema in the header of the record. */
class HeaderFramingIT {

  private static final int IDENTIFIER_BYTES = 5;
  private static final byte[] FLOW = "Header".getBytes(StandardCharsets.UTF_8);

  private final Path data = TestServer.temporaryFolder();
  private final int kafkaPort = Ports.free();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private TestServer server() {
    return TestServer.start(TestServer.config(data).withKafka(TestServer.embeddedKafka(kafkaPort)));
  }

  private Map<String, Object> clients() {
    return Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort);
  }

  private void append(SpecificRecord... events) throws Exception {
    try (TopicSchemaRegistry registry = new TopicSchemaRegistry(clients(), "_schemas");
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer())) {
      EventSerde serde = new EventSerde(registry);
      serde.register("flowledger.events", EventTypes.EVENTS);
      for (SpecificRecord event : events) {
        byte[] framed = serde.serialize(event);
        var record =
            new ProducerRecord<>(
                "flowledger.events",
                FLOW,
                Arrays.copyOfRange(framed, IDENTIFIER_BYTES, framed.length));
        record.headers().add(Framing.HEADER, Arrays.copyOf(framed, IDENTIFIER_BYTES));
        producer.send(record).get();
      }
    }
  }

  private static String told(Api api) {
    return api.get("/flows/Header/runs").body() + api.get("/flows/Header/events").body();
  }

  @Test
  void areAppliedReadBackRebuiltAndAudited() throws Exception {
    String before;
    try (TestServer server = server()) {
      Api api = Api.of(server);
      append(
          new FlowRegistered(
              new EventId(new byte[16]),
              "Header",
              "ada",
              List.of(),
              List.of(),
              1L,
              null,
              "other",
              null),
          new RunRegistered(
              new EventId(new byte[16]),
              "Header",
              77L,
              null,
              "ada",
              List.of("made-elsewhere"),
              List.of(),
              null,
              2L,
              null,
              "other",
              null));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> api.get("/flows/Header/runs/77").status() == 200);
      assertThat(api.get("/flows/Header/events").body())
          .contains(
              "\"type\": \"FlowRegistered\"", "\"type\": \"RunRegistered\"", "made-elsewhere");
      assertThat(api.get("/flows/Header/runs/77?as_of=" + System.currentTimeMillis()).status())
          .isEqualTo(200);
      before = told(api);
    }
    proven();
    try (TestServer again = server()) {
      assertThat(told(Api.of(again))).isEqualTo(before);
    }
    TestServer.delete(data.resolve("views"));
    try (TestServer rebuilt = server()) {
      assertThat(told(Api.of(rebuilt))).isEqualTo(before);
      assertThat(Api.of(rebuilt).get("/metrics").body()).doesNotContain("verdict=\"rejected\"");
    }
    proven();
  }

  private void proven() {
    StringWriter out = new StringWriter();
    int status =
        Main.run(
            new String[] {"audit", "verify", "--data", data.toString()},
            Map.of(),
            new PrintWriter(out, true),
            new PrintWriter(new StringWriter(), true));
    assertThat(out.toString().lines()).endsWith("PROVEN");
    assertThat(status).isZero();
  }
}
