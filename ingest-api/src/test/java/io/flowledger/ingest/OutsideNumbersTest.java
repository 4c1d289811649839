package io.flowledger.ingest;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flowledger.event.IdsClaimed;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers for those who append to the log themselves, and what if they do not ask for them. */
final class OutsideNumbersTest {

  private static final String NUMBERS = "/flowledger/numbers";

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server =
        new IngestServer(
            directory,
            new IngestConfig(
                Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(1000).withMaxEntries(3),
                BulkLimits.DEFAULTS,
                2,
                "test/1"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  // ---- claims ----------------------------------------------------------------------------------

  private static Answer range(String sequence, long first, int count) {
    return new Answer(
        200,
        "application/json",
        "",
        "{\"sequence\": \"%s\", \"first\": %d, \"count\": %d}".formatted(sequence, first, count));
  }

  @Test
  void aRangeIsNobodyElses() {
    assertThat(server.post(NUMBERS, json("{'sequence': 'runs', 'count': 100}")))
        .isEqualTo(range("runs", 1, 100));
    assertThat(server.post(NUMBERS, json("{'sequence': 'runs'}"))).isEqualTo(range("runs", 101, 1));
    assertThat(server.post(NUMBERS, json("{'sequence': 'metadata', 'count': 5}")))
        .isEqualTo(range("metadata", 1, 5));
    server.given("/flows/F", "{}");
    assertThat(server.post("/flows/F/run", "{}").body()).contains("\"run_number\": 102,");
  }

  @Test
  void aRangeIsAReservedClaimInTheLog() {
    server.post(NUMBERS, json("{'sequence': 'tasks', 'count': 7}"));

    assertThat(server.log().history())
        .extracting(record -> (IdsClaimed) server.log().decoded(record.value()))
        .extracting(IdsClaimed::getSequence, IdsClaimed::getCount, IdsClaimed::getReserved)
        .containsExactly(tuple("tasks", 7L, true));
  }

  @Test
  void refusesWhatIsNoClaim() {
    assertThat(server.post(NUMBERS, "{}"))
        .isEqualTo(Answer.failure(400, "sequence is missing, one of runs, tasks, metadata"));
    assertThat(server.post(NUMBERS, json("{'sequence': 'flows'}")))
        .isEqualTo(Answer.failure(400, "sequence must be one of runs, tasks, metadata"));
    for (int count : new int[] {-1, 0, 1_000_001}) {
      assertThat(server.post(NUMBERS, "{\"sequence\": \"runs\", \"count\": " + count + "}"))
          .isEqualTo(Answer.failure(400, "count must be from 1 to 1000000, not " + count));
    }
    assertThat(server.post(NUMBERS, json("{'sequence': 'runs', 'number': 1}")))
        .isEqualTo(Answer.failure(400, "number is no field of a claim"));
    assertThat(server.log().history()).isEmpty();
  }

  @Test
  void aClaimThatCannotBeAppendedIsToBeTriedAgain() {
    server.log().sendException = new KafkaException("buffer full");

    assertThat(server.post(NUMBERS, json("{'sequence': 'runs'}")))
        .isEqualTo(Answer.failure(503, "numbers cannot be claimed now, try again"));
  }

  // ---- numbers that were not claimed -----------------------------------------------------------

  private void outsideRun(String flow, long number) {
    server.views().apply(Events.run(flow, number).by("eve").at(1).writtenBy("outside/1"));
  }

  private void outsideTask(long number, @Nullable String name) {
    server
        .views()
        .apply(
            Events.task("F", 1, "start", number)
                .named(name)
                .by("eve")
                .at(1)
                .writtenBy("outside/1"));
  }

  @Test
  void aRunGetsTheNextNumberThatNobodyHasUsed() {
    server.given("/flows/F", "{}");
    server.given("/flows/G", "{}");
    outsideRun("F", 1);
    outsideRun("G", 2);

    assertThat(server.post("/flows/F/run", "{}").body())
        .startsWith("{\"flow_id\": \"F\", \"run_number\": 3, ");
    assertThat(server.routes().collidedNumbers()).isEqualTo(2);
    assertThat(server.routes().pendingWrites()).isZero();
  }

  @Test
  void aRunWithANameDoesToo() {
    server.given("/flows/F", "{}");
    outsideRun("F", 1);

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")).status())
        .isEqualTo(200);
    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(Answer.failure(409, "run F/argo-1 exists already"));
    assertThat(server.routes().collidedNumbers()).isEqualTo(1);
  }

  @Test
  void aTaskGetsTheNextNumberThatNobodyHasUsed() {
    server.givenAStep();
    outsideTask(1, null);
    outsideTask(2, "argo-task");

    assertThat(server.post("/flows/F/runs/1/steps/start/task", "{}").body())
        .contains("\"task_id\": 3,");
    assertThat(server.routes().collidedNumbers()).isEqualTo(2);
  }

  @Test
  void triesAFewNumbersOnly() {
    server.given("/flows/F", "{}");
    for (int number = 1; number <= 20; number++) {
      outsideRun("F", number);
    }

    assertThat(server.post("/flows/F/run", "{}"))
        .isEqualTo(
            Answer.failure(
                503, "somebody uses the next numbers without having claimed them, try again"));
    assertThat(server.post("/flows/F/run", "{}").body()).contains("\"run_number\": 21,");
    assertThat(server.routes().collidedNumbers()).isEqualTo(20);
    assertThat(server.routes().pendingWrites()).isZero();
  }
}
