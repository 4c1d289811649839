package io.flowledger.ingest.bulk;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.readmodel.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * How bulk requests are answered that are compressed, not waited for, without a log or views, or
 * repeated.
 */
final class BulkAnswersTest extends BulkTest {

  // ---- gzip ------------------------------------------------------------------------------------

  @Test
  void bodiesMayBeCompressed() {
    assertThat(server.bulk(gzip(FLOW), "Content-Encoding", "gzip"))
        .isEqualTo(lines("{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}"));
    assertThat(server.bulk(gzip("x".repeat(4001)), "Content-Encoding", "gzip"))
        .isEqualTo(Answer.failure(413, "the body is larger than 4000 bytes when inflated"));
    assertThat(server.bulk(FLOW.getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip"))
        .isEqualTo(Answer.failure(400, "the body is not in the format of gzip"));
  }

  // ---- without waiting, and without a log or views ---------------------------------------------

  @Test
  void whoPrefersNotToWaitIsToldWhatIsInTheLog() {
    server.given("/flows/F", "{}");
    server.log().holdBack();

    assertThat(
            server.post(
                "/events",
                "{\"type\": \"run\", \"flow_id\": \"F\", \"ref\": \"r\"}\n"
                    + "{\"type\": \"step\", \"run_number\": \"$r\", \"step_name\": \"start\"}\n"
                    + "{\"type\": \"task\", \"run_number\": \"$r\", \"step_name\": \"start\","
                    + " \"ref\": \"t\"}\n"
                    + "{\"type\": \"metadata\", \"task_id\": \"$t\", \"field_name\": \"a\"}\n"
                    + "{\"type\": \"run\", \"flow_id\": \"F\", \"run_number\": \"argo\"}",
                "Prefer",
                "respond-async"))
        .isEqualTo(
            lines(
                202,
                "{\"index\": 0, \"result\": \"appended\", \"run_number\": 1, \"position\":"
                    + " \"0@1\"}",
                "{\"index\": 1, \"result\": \"appended\", \"position\": \"0@3\"}",
                "{\"index\": 2, \"result\": \"appended\", \"task_id\": 1, \"position\": \"0@4\"}",
                "{\"index\": 3, \"result\": \"appended\", \"id\": 1, \"position\": \"0@5\"}",
                "{\"index\": 4, \"result\": \"appended\", \"position\": \"0@2\"}"));
  }

  @Test
  void whatCannotBeAppendedIsRejectedAndSoIsWhatNeedsIt() {
    server.givenATask();
    server.log().fail(Optional.of(new TimeoutException("no broker")));
    String later = "the log cannot be written now (no broker has answered in time), try again";
    String needs = "it needs entry %d, which was rejected: " + later;

    assertThat(
            server.bulk(
                json("{'type': 'run', 'flow_id': 'F', 'ref': 'r'}"),
                json("{'type': 'step', 'run_number': '$r', 'step_name': 'start'}"),
                json("{'type': 'task', 'run_number': '$r', 'step_name': 'start', 'ref': 't'}"),
                json("{'type': 'metadata', 'task_id': '$t', 'field_name': 'a'}"),
                metadata("b"),
                json("{'type': 'heartbeat', 'flow_id': 'F', 'run_number': 1}")))
        .isEqualTo(
            lines(
                rejected(0, 503, later),
                rejected(1, 424, needs.formatted(0)),
                rejected(2, 424, needs.formatted(0)),
                rejected(3, 424, needs.formatted(0)),
                rejected(4, 503, later),
                rejected(5, 503, later)));
  }

  @Test
  void whatCannotBeNumberedIsRejected() {
    server.givenATask();
    server.log().sendException = new TimeoutException("no broker");

    assertThat(
            server.bulk(IntStream.range(0, 9).mapToObj(i -> metadata("a")).toArray(String[]::new)))
        .isEqualTo(
            lines(
                IntStream.range(0, 9)
                    .mapToObj(
                        i ->
                            rejected(
                                i,
                                503,
                                "the log cannot be written now (no broker has answered in time), try again"))
                    .toArray(String[]::new)));
  }

  @Test
  void withoutAViewNamesCannotBeDecided() {
    server.given("/flows/F", "{}");
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    server.log().afterAppend(() -> server.views().viewsOpen(false));

    assertThat(
            server.bulk(
                json("{'type': 'run', 'flow_id': 'F', 'ref': 'n'}"),
                json("{'type': 'run', 'flow_id': 'F', 'run_number': 'argo', 'ref': 'r'}"),
                json("{'type': 'step', 'run_number': '$r', 'step_name': 'start'}"),
                json("{'type': 'step', 'run_number': '$n', 'step_name': 'start'}")))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"run_number\": 1, \"position\": \"0@1\"}",
                rejected(
                    1,
                    503,
                    "it cannot be said now whether this request or another one made run F/argo,"
                        + " try again"),
                rejected(
                    2,
                    424,
                    "it needs entry 1, which was rejected: it cannot be said now whether this"
                        + " request or another one made run F/argo, try again"),
                "{\"index\": 3, \"result\": \"created\", \"position\": \"0@3\"}"));
  }

  // ---- repetitions -----------------------------------------------------------------------------

  private Answer keyed(String... lines) {
    return server.post(
        "/events", String.join("\n", lines), "Content-Type", NDJSON, "Idempotency-Key", "k");
  }

  private static final String[] STORY = {
    FLOW,
    "{\"type\": \"run\", \"flow_id\": \"F\", \"ref\": \"r\", \"system_tags\": [\"sys\"]}",
    "{\"type\": \"run\", \"flow_id\": \"F\", \"run_number\": \"argo\"}",
    "{\"type\": \"step\", \"run_number\": \"$r\", \"step_name\": \"start\"}",
    "{\"type\": \"task\", \"run_number\": \"$r\", \"step_name\": \"start\", \"ref\": \"t\"}",
    "{\"type\": \"metadata\", \"task_id\": \"$t\", \"field_name\": \"a\"}",
    "{\"type\": \"metadata\", \"task_id\": \"$t\", \"entries\": [{}, {}]}",
    "{\"type\": \"artifact\", \"task_id\": \"$t\", \"name\": \"x\"}",
    "{\"type\": \"tags\", \"run_number\": \"$r\", \"tags_to_add\": [\"new\"]}",
    "{\"type\": \"flow\", \"flow_id\": \"F\"}"
  };

  @Test
  void aRepetitionIsAnsweredLikeTheFirstTimeAndMakesNothing() {
    Answer first = keyed(STORY);
    assertThat(first.body().lines().filter(line -> line.contains("\"created\""))).hasSize(9);
    List<SpecificRecord> events = server.log().events();

    assertThat(keyed(STORY)).isEqualTo(first);
    assertThat(server.log().events()).isEqualTo(events);
  }

  @Test
  void aRepetitionMakesWhatHadNotHappened() {
    String[] withoutRun = STORY.clone();
    withoutRun[1] = "no JSON";
    assertThat(keyed(withoutRun).body().lines().filter(line -> line.contains("\"created\"")))
        .hasSize(2); // the flow and the named run

    assertThat(keyed(STORY).body())
        .isEqualTo(
            lines(
                    "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                    "{\"index\": 1, \"result\": \"created\", \"run_number\": 2, \"position\":"
                        + " \"0@2\"}",
                    "{\"index\": 2, \"result\": \"created\", \"run_number\": 1, \"position\":"
                        + " \"0@1\"}",
                    "{\"index\": 3, \"result\": \"created\", \"position\": \"0@3\"}",
                    "{\"index\": 4, \"result\": \"created\", \"task_id\": 1, \"position\":"
                        + " \"0@5\"}",
                    "{\"index\": 5, \"result\": \"created\", \"id\": 1, \"position\": \"0@6\"}",
                    "{\"index\": 6, \"result\": \"created\", \"ids\": [2, 3], \"position\":"
                        + " \"0@6\"}",
                    "{\"index\": 7, \"result\": \"created\", \"position\": \"0@7\"}",
                    "{\"index\": 8, \"result\": \"created\", \"position\": \"0@4\"}",
                    "{\"index\": 9, \"result\": \"exists\"}")
                .body());
  }

  @Test
  void aKeyIsForOneRequest() {
    keyed(STORY);
    String[] other = STORY.clone();
    other[1] = other[1].replace("sys", "another");

    assertThat(keyed(other).body().lines().skip(1).limit(2))
        .containsExactly(
            rejected(1, 422, "Idempotency-Key 'k#1' is that of another request of flow F"),
            "{\"index\": 2, \"result\": \"created\", \"run_number\": 2, \"position\": \"0@2\"}");
  }

  @Test
  void ofRepetitionsAtOnceOneIsCarriedOut() throws InterruptedException {
    server.log().holdBack();
    String body = String.join("\n", List.of(STORY).subList(0, 5)); // there is room for two of it
    CompletableFuture<Answer> first =
        onItsWay(body, "Content-Type", NDJSON, "Idempotency-Key", "k");
    CompletableFuture<Answer> second =
        onItsWay(body, "Content-Type", NDJSON, "Idempotency-Key", "k");

    server.log().applyAll();

    assertThat(second.join()).isEqualTo(first.join());
    List<Long> runs = new ArrayList<>();
    View view = server.views().view(0);
    view.runs("F", Optional.empty(), run -> runs.add(run.number()));
    assertThat(runs).hasSize(2);
  }
}
