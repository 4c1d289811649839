package io.flowledger.ingest.bulk;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which entries of a bulk request are rejected, and which requests are none. */
final class BulkRejectionsTest extends BulkTest {

  @Test
  void aBadEntryIsRejectedByItselfAndSoIsWhatRefersToIt() {
    server.givenATask();

    assertThat(
            server.bulk(
                json("{'type': 'run', 'tags': 5, 'flow_id': 'F', 'ref': 'r'}"),
                json("{'type': 'step', 'run_number': '$r', 'step_name': 'start'}"),
                json("{'type': 'run', 'flow_id': 'G'}"),
                json("{'type': 'step', 'flow_id': 'F', 'run_number': 9, 'step_name': 's'}"),
                json(
                    "{'type': 'metadata', 'flow_id': 'F', 'run_number': 1,"
                        + " 'step_name': 'start', 'task_id': 9, 'field_name': 'a'}"),
                json("{'type': 'metadata', 'task_id': '$none', 'field_name': 'a'}"),
                "{\"type\": \"metadata\", " + TASK_1 + ", \"value\": 5}",
                json(
                    "{'type': 'heartbeat', 'flow_id': 'F', 'run_number': 1,"
                        + " 'step_name': 'start', 'task_id': 9}"),
                json("{'flow_id': 'F'}"),
                json("{'type': 'thing'}"),
                json("{'type': 'flow', 'flow_id': ''}"),
                metadata("a")))
        .isEqualTo(
            lines(
                rejected(0, 400, "tags must be a list of strings, not 5"),
                rejected(
                    1,
                    424,
                    "it needs entry 0, which was rejected: tags must be a list of strings, not 5"),
                rejected(2, 404, "flow G is not registered"),
                rejected(3, 404, "run F/9 is not registered"),
                rejected(4, 400, "need to register run_id and task_id first"),
                rejected(5, 400, "no earlier entry has the ref of $none"),
                rejected(6, 400, "metadata needs a field_name and a value, or entries"),
                rejected(7, 404, "task F/1/start/9 is not registered"),
                rejected(8, 400, "type is missing"),
                rejected(
                    9,
                    400,
                    "type must be flow, run, step, task, metadata, artifact, tags or heartbeat, not"
                        + " 'thing'"),
                rejected(10, 400, "flow_id must not be empty"),
                "{\"index\": 11, \"result\": \"created\", \"id\": 1, \"position\": \"0@4\"}"));
    assertThat(eventsFrom(4)).hasSize(1);
    assertThat(server.routes().bulkEntries(BulkResult.REJECTED)).isEqualTo(11);
    assertThat(server.routes().bulkEntries(BulkResult.CREATED)).isEqualTo(1);
  }

  @Test
  void refsAreForOneRunOrTaskEach() {
    server.givenATask();

    assertThat(
            server.bulk(
                json("{'type': 'run', 'flow_id': 'F', 'ref': 'r'}"),
                json("{'type': 'run', 'flow_id': 'F', 'ref': 'r'}"),
                json("{'type': 'flow', 'flow_id': 'G', 'ref': 'f'}"),
                json("{'type': 'metadata', 'task_id': '$r', 'field_name': 'a'}"),
                json("{'type': 'step', 'flow_id': 'G', 'run_number': '$r', 'step_name': 's'}"),
                json("{'type': 'step', 'run_number': '$r'}")))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"run_number\": 2, \"position\": \"0@4\"}",
                rejected(1, 400, "an earlier entry has the ref r"),
                rejected(2, 400, "ref is for runs and tasks"),
                rejected(3, 400, "$r is a run, not a task"),
                rejected(4, 400, "$r has the flow_id F, not G"),
                rejected(5, 400, "step_name is missing")));
  }

  @Test
  void aNameThatStartsLikeARefIsWrittenWithTwoDollars() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'run_number': '$x'}"));

    assertThat(
            server.bulk(
                json(
                    "{'type': 'step', 'flow_id': 'F', 'run_number': '$$x', 'step_name': 'start'}")))
        .isEqualTo(lines("{\"index\": 0, \"result\": \"created\", \"position\": \"0@2\"}"));
  }

  @Test
  void aListThatIsBrokenIsTakenUpToTheBreak() {
    assertThat(server.post("/events", "[" + FLOW + ", {\"type\": ]"))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                "{\"result\": \"rejected\", \"status\": 400, \"message\": \"malformed JSON at line"
                    + " 1 column 45: Unexpected character (']' (code 93)): expected a valid value"
                    + " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\"}"));
    assertThat(server.post("/events", "[" + FLOW + "] 1").body())
        .isEqualTo(
            "{\"index\": 0, \"result\": \"exists\"}\n"
                + "{\"result\": \"rejected\", \"status\": 400, \"message\": \"the body goes on after"
                + " the end of its list\"}\n");
  }

  @Test
  void refusesWhatIsNoBulkRequestWithoutATrace() {
    assertThat(server.post("/events", ""))
        .isEqualTo(Answer.failure(400, "the request has no body, JSON expected"));
    assertThat(server.post("/events", FLOW, "Content-Encoding", "br"))
        .isEqualTo(Answer.failure(415, "Content-Encoding must be gzip, not br"));
    assertThat(server.bulk(new byte[] {'[', '"', (byte) 0xc3, '"', ']'}))
        .isEqualTo(Answer.failure(400, "the body is not UTF-8"));
    assertThat(server.bulk(("[" + FLOW + "]").getBytes(StandardCharsets.UTF_16LE)))
        .isEqualTo(Answer.failure(400, "the body contains a NUL byte"));
    String[] many = IntStream.range(0, 13).mapToObj(i -> FLOW).toArray(String[]::new);
    assertThat(server.bulk(many))
        .isEqualTo(Answer.failure(413, "the request has more than 12 entries"));
    assertThat(server.post("/events", "[" + String.join(",", many) + "]"))
        .isEqualTo(Answer.failure(413, "the request has more than 12 entries"));
    assertThat(server.bulk("x".repeat(4001)))
        .isEqualTo(Answer.failure(413, "the body is larger than 4000 bytes"));
    assertThat(server.log().history()).isEmpty();
  }

  @Test
  void whatIsInListsIsBoundedAsEntriesAre() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{}");
    server.given("/flows/F/runs/1/steps/start/step", "{}");
    server.given("/flows/F/runs/1/steps/start/task", "{}");
    String five =
        "{\"type\": \"metadata\", "
            + TASK_1
            + ", \"entries\": ["
            + String.join(",", java.util.Collections.nCopies(5, "{\"field_name\": \"a\"}"))
            + "]}";
    String lastLine =
        server.bulk(five, five, five).body().lines().reduce("", (before, line) -> line);
    assertThat(lastLine)
        .isEqualTo(
            rejected(
                2,
                413,
                "the request has more than 12 metadata and artifacts, those in lists counted"));
    assertThat(eventsFrom(4)).hasSize(1);
  }

  @Test
  void aTaskThatIsRegisteredInBetweenIsThereForWhatComesAfterIt() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{}");
    server.given("/flows/F/runs/1/steps/start/step", "{}");
    String task =
        "\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": \"T\"";
    String metadata = "{\"type\": \"metadata\", " + task + ", \"field_name\": \"a\"}";
    assertThat(server.bulk(metadata, "{\"type\": \"task\", " + task + "}", metadata))
        .isEqualTo(
            lines(
                rejected(0, 400, "need to register run_id and task_id first"),
                "{\"index\": 1, \"result\": \"created\", \"task_id\": 1, \"position\": \"0@3\"}",
                "{\"index\": 2, \"result\": \"created\", \"id\": 1, \"position\": \"0@4\"}"));
  }

  @Test
  void aLineThatIsNotUtf8IsRejectedByItself() {
    byte[] body = (FLOW + "\n\"?\"\n" + FLOW).getBytes(StandardCharsets.ISO_8859_1);
    body[FLOW.length() + 2] = (byte) 0xff;

    assertThat(server.bulk(body))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                rejected(1, 400, "line 2 is not UTF-8"),
                "{\"index\": 2, \"result\": \"exists\"}"));
  }
}
