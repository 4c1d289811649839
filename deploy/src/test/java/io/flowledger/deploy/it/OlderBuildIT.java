package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.OutsideProducer;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.DataFolder;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.deploy.server.Ports;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.projector.Projector;
import io.flowledger.projector.ProjectorConfig;
import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.registry.SubjectNameStrategy;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An event of a type that is newer than the build that has projected it. */
class OlderBuildIT {

  private static final String TYPE = RunTagsMutated.getClassSchema().getFullName();
  private static final String LETTERS = "/flowledger/dead-letters";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path folder = TestServer.temporaryFolder();

  @AfterEach
  void delete() {
    TestServer.delete(folder);
  }

  /**
   * Projects with a build that does not know the type, among events that it does; returns where the
   * newer event is.
   */
  private RecordMetadata projectWithOlderBuild() throws Exception {
    int port = Ports.free();
    Map<String, Object> clients = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    Topics topics =
        new Topics(
            "flowledger.", "_schemas", 4, (short) 1, Topics.Flush.OPERATING_SYSTEM, 32 << 20);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (DataFolder data = DataFolder.take(folder);
        EmbeddedKafka kafka = EmbeddedKafka.start(data.kafka(), port)) {
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      try (Admin admin = Admin.create(clients)) {
        new TopicProvisioner(admin).provision(topics);
      }
      try (OutsideProducer outside = new OutsideProducer("127.0.0.1:" + port);
          TopicSchemaRegistry registry = new TopicSchemaRegistry(clients, topics.schemas());
          Projector projector =
              new Projector(
                  new ProjectorConfig(
                      clients,
                      topics,
                      data.views(),
                      data.instanceId(),
                      "127.0.0.1:1",
                      LIMIT,
                      Duration.ofSeconds(6),
                      32 << 20),
                  new EventSerde(
                      registry,
                      SubjectNameStrategy.TOPIC_RECORD,
                      name -> EventTypes.byName(name).filter(type -> !name.equals(TYPE))),
                  metrics,
                  fault -> {},
                  Tenure.ofTheOnlyOne())) {
        projector.start();
        Awaitility.await().atMost(LIMIT).until(() -> projector.readiness().ready());
        outside.append("F", OutsideProducer.flow("F"));
        outside.append("F", OutsideProducer.run("F", 7));
        RecordMetadata newer = outside.append("F", OutsideProducer.tag("F", 7, "prod"));
        RecordMetadata last = outside.append("F", OutsideProducer.step("F", 7, "start"));
        awaitApplied(projector, Position.event(last.partition(), last.offset()));
        assertThat(counted(metrics, "applied")).isEqualTo(3);
        assertThat(counted(metrics, "rejected")).isEqualTo(1);
        return newer;
      }
    }
  }

  private static void awaitApplied(ReadModel readModel, Position position) throws Exception {
    CompletableFuture<Void> applied = new CompletableFuture<>();
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            applied.complete(null);
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            applied.completeExceptionally(reason);
          }
        });
    applied.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static double counted(SimpleMeterRegistry metrics, String verdict) {
    return metrics
        .get("flowledger.projected")
        .tags("topic", OutsideProducer.EVENTS, "verdict", verdict)
        .counter()
        .count();
  }

  private static JsonNode onlyLetter(Api api) throws Exception {
    JsonNode letters = JSON.readTree(api.get(LETTERS).body());
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  @Test
  void isRedrivenAfterTheUpgrade() throws Exception {
    RecordMetadata newer = projectWithOlderBuild();

    try (TestServer upgraded = TestServer.start(TestServer.config(folder))) {
      Api api = Api.of(upgraded);
      JsonNode letter = onlyLetter(api);
      assertThat(letter.path("state").asText()).isEqualTo("waiting");
      assertThat(letter.path("reason").asText())
          .isEqualTo("record type " + TYPE + " is not known to this version");
      assertThat(letter.path("type").asText()).isEqualTo("RunTagsMutated");
      assertThat(api.get("/flows/F/runs/7/steps").body()).contains("\"start\"");
      assertThat(api.get("/flows/F/runs/7").body()).contains("\"tags\": [],");

      assertThat(api.operate("POST", LETTERS + "/redrive", "{\"all\": true}").body())
          .isEqualTo(
              """
              {"position": 0, "outcome": "applied", "now_at": "flowledger.events-%d@4", "reason": null}
              {"appended": 1, "applied": 1, "superseded": 0, "rejected": 0, "redriven": 0, \
              "missing": 0, "more": false}
              """
                  .formatted(newer.partition()));
      assertThat(api.get("/flows/F/runs/7").body()).contains("\"tags\": [\"prod\"],");
      assertThat(onlyLetter(api).path("state").asText()).isEqualTo("applied");
    }
  }

  @Test
  void isAppliedWhereItIsWhenTheUpgradeMakesTheViewsAnew() throws Exception {
    RecordMetadata newer = projectWithOlderBuild();
    TestServer.delete(folder.resolve("views"));

    try (TestServer upgraded = TestServer.start(TestServer.config(folder))) {
      Api api = Api.of(upgraded);
      assertThat(api.get("/flows/F/runs/7").body()).contains("\"tags\": [\"prod\"],");
      JsonNode letter = onlyLetter(api);
      assertThat(letter.path("state").asText()).isEqualTo("applied");
      assertThat(letter.path("now_at")).isEqualTo(letter.path("source"));
      assertThat(letter.path("source").path("offset").asLong()).isEqualTo(newer.offset());
      assertThat(
              api.operate("POST", LETTERS + "/redrive", "{\"positions\": [0]}")
                  .body()
                  .lines()
                  .toList())
          .last()
          .isEqualTo(
              "{\"appended\": 0, \"applied\": 1, \"superseded\": 0, \"rejected\": 0,"
                  + " \"redriven\": 0, \"missing\": 0, \"more\": false}");
    }
  }
}
