package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.OutsideProducer;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody posts a hundred thousand metadata events to the topic, among them some that are not as
 * they have to be.
 */
class OutsideProducersIT {

  private static final int EVENTS = 100_000;
  private static final int TASKS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = "/flows/BulkFlow/runs/1";
  private static final String STEP = RUN + "/steps/train";
  private static final String LETTERS = "/flowledger/dead-letters?_limit=500";

  @Test
  void allThatIsRightIsReadableAndTheRestIsInTheDeadLetters(@TempDir Path temp) throws Exception {
    PythonEnvironment python = PythonEnvironment.ofExamples();
    python.install(temp);
    int port = Ports.free();
    try (TestServer server = TestServer.startWithKafkaAt(port)) {
      Api api = Api.of(server);
      api.created("/flows/BulkFlow", "{}");
      api.created("/flows/BulkFlow/run", "{}");
      api.created(STEP + "/step", "{}");
      List<String> tasks = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        tasks.add(Api.field(api.created(STEP + "/task", "{}"), "task_id"));
      }
      long missingTask =
          JSON.readTree(api.created("/flowledger/numbers", "{\"sequence\": \"tasks\"}"))
              .path("first")
              .asLong();

      PythonEnvironment.Finished posted =
          python.run(
              temp,
              LIMIT,
              Map.of(),
              PythonEnvironment.MODULE.resolve("src/test/python/post_many.py").toString(),
              "127.0.0.1:" + port,
              server.url(""),
              "BulkFlow",
              "1",
              "train",
              String.join(",", tasks),
              Long.toString(missingTask),
              Integer.toString(EVENTS));
      assertThat(posted.successful()).withFailMessage(posted::output).isTrue();
      String[] numbers = posted.output().strip().split(" ");
      long first = Long.parseLong(numbers[0]);

      try (OutsideProducer outside = new OutsideProducer("127.0.0.1:" + port)) {
        // A read that waits for the end of the partition sees all that was posted before.
        RecordMetadata end = outside.append("BulkFlow", OutsideProducer.flow("BulkFlow"));
        String position = end.partition() + "@" + end.offset();
        Api.Answer answer = // 503 while the view takes longer than a read waits for it
            Awaitility.await()
                .until(() -> api.getAt(RUN + "/metadata", position), read -> read.status() != 503);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode metadata = JSON.readTree(answer.body());
        BitSet read = new BitSet(EVENTS);
        metadata.forEach(row -> read.set(Math.toIntExact(row.path("id").asLong() - first)));
        assertThat(metadata.size()).isEqualTo(EVENTS);
        assertThat(read.cardinality()).isEqualTo(EVENTS);
        assertThat(read.length()).isEqualTo(EVENTS);

        List<JsonNode> letters = letters(api, 10);
        assertThat(letters)
            .extracting(letter -> letter.path("reason").asText())
            .containsExactlyInAnyOrder(
                "task 1/train/" + missingTask + " is not registered",
                "the record key is not the flow id BulkFlow",
                "not in Confluent's wire format (magic byte 0, schema id)",
                "schema id 4711 is not in the registry",
                "not readable with schema id " + schemaId(letters),
                "a record without a value is no event",
                "the record has no key",
                "the numbers of metadata are from 1 to 9007199254740991, not 0",
                "ts_epoch is from 0 to 140737488355327, not -1",
                "not usable as a name: 'a\\0b'");

        outside.append("BulkFlow", OutsideProducer.task("BulkFlow", 1, "train", missingTask));
        Api.Answer redriven =
            api.operate(
                "POST", "/flowledger/dead-letters/redrive", "{\"reason\": \"not registered\"}");
        assertThat(redriven.body().lines().toList().get(1))
            .isEqualTo(
                "{\"appended\": 1, \"applied\": 1, \"superseded\": 0, \"rejected\": 0,"
                    + " \"redriven\": 0, \"missing\": 0, \"more\": false}");
        JsonNode late = JSON.readTree(api.get(STEP + "/tasks/" + missingTask + "/metadata").body());
        assertThat(late).hasSize(1);
        assertThat(late.get(0).path("id").asText()).isEqualTo(numbers[1]);
        assertThat(late.get(0).path("field_name").asText()).isEqualTo("late");
        assertThat(letters(api, 10))
            .extracting(letter -> letter.path("state").asText())
            .containsOnly("waiting", "applied")
            .containsOnlyOnce("applied");
      }
    }
  }

  /** All letters, when there are as many as are expected. */
  private static List<JsonNode> letters(Api api, int count) {
    return Awaitility.await()
        .until(
            () -> {
              List<JsonNode> letters = new ArrayList<>();
              JSON.readTree(api.get(LETTERS).body()).forEach(letters::add);
              return letters;
            },
            letters -> letters.size() == count);
  }

  /** The id that the schema has here, which is in the bytes of every event. */
  private static int schemaId(List<JsonNode> letters) throws Exception {
    for (JsonNode letter : letters) {
      byte[] bytes = letter.path("value_base64").binaryValue();
      String reason = letter.path("reason").asText();
      if (bytes != null && reason.startsWith("not readable with schema id ")) {
        return ByteBuffer.wrap(bytes).getInt(1);
      }
    }
    throw new AssertionError("no truncated event among " + letters);
  }
}
