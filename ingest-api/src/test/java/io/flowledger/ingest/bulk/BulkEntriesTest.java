package io.flowledger.ingest.bulk;

import static io.flowledger.ingest.fixture.IngestServer.NOW;
import static io.flowledger.ingest.fixture.MemoryLog.written;
import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What entries of a bulk request can be, and what becomes of those that are there already. */
final class BulkEntriesTest extends BulkTest {

  // ---- what entries can be ---------------------------------------------------------------------

  @Test
  void entriesMayReferToWhatEarlierOnesRegister() {
    assertThat(
            server.bulk(
                FLOW,
                json("{'type': 'run', 'flow_id': 'F', 'ref': 'r', 'system_tags': ['sys']}"),
                json("{'type': 'step', 'flow_id': 'F', 'run_number': '$r', 'step_name': 'start'}"),
                json(
                    "{'type': 'task', 'flow_id': 'F', 'run_number': '$r',"
                        + " 'step_name': 'start', 'ref': 't'}"),
                json(
                    "{'type': 'metadata', 'task_id': '$t', 'field_name': 'a', 'value': 1,"
                        + " 'metadata_type': 'm', 'tags': ['attempt_id:0']}"),
                json(
                    "{'type': 'metadata', 'task_id': '$t', 'entries': [{'field_name': 'b'},"
                        + " {'type': 'c'}]}"),
                json(
                    "{'type': 'artifact', 'task_id': '$t', 'name': 'x', 'artifact_type': 't',"
                        + " 'sha': '1'}"),
                json(
                    "{'type': 'artifact', 'task_id': '$t', 'entries': [{'name': 'x'},"
                        + " {'name': 'y'}]}"),
                json("{'type': 'tags', 'run_number': '$r', 'tags_to_add': ['new']}"),
                json("{'type': 'heartbeat', 'run_number': '$r'}"),
                json("{'type': 'heartbeat', 'task_id': '$t'}")))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                "{\"index\": 1, \"result\": \"created\", \"run_number\": 1, \"position\": \"0@1\"}",
                "{\"index\": 2, \"result\": \"created\", \"position\": \"0@2\"}",
                "{\"index\": 3, \"result\": \"created\", \"task_id\": 1, \"position\": \"0@4\"}",
                "{\"index\": 4, \"result\": \"created\", \"id\": 1, \"position\": \"0@5\"}",
                "{\"index\": 5, \"result\": \"created\", \"ids\": [2, 3], \"position\": \"0@5\"}",
                "{\"index\": 6, \"result\": \"created\", \"position\": \"0@6\"}",
                "{\"index\": 7, \"result\": \"created\", \"artifacts_created\": 1,"
                    + " \"position\": \"0@6\"}",
                "{\"index\": 8, \"result\": \"created\", \"position\": \"0@3\"}",
                "{\"index\": 9, \"result\": \"created\", \"position\": \"heartbeats/0@0\"}",
                "{\"index\": 10, \"result\": \"created\", \"position\": \"heartbeats/0@1\"}"));
    assertThat(
            server.log().events().stream()
                .filter(
                    event ->
                        event instanceof MetadataRecorded
                            || event instanceof ArtifactsRecorded
                            || event instanceof RunTagsMutated
                            || event instanceof Heartbeat))
        .containsExactly(
            written(Events.tags("F", 1, List.of(), List.of("new"))),
            new Heartbeat("F", 1L, null, NOW),
            written(
                Events.metadata(
                    "F",
                    1,
                    "start",
                    1,
                    new MetadataEntry(1L, "a", "1", "m", null, List.of("attempt_id:0"), null),
                    new MetadataEntry(2L, "b", " ", " ", null, null, null),
                    new MetadataEntry(3L, " ", " ", "c", null, null, null))),
            written(
                Events.artifacts(
                    "F",
                    1,
                    "start",
                    1,
                    new ArtifactEntry("x", 0, " ", " ", "1", "t", " ", " ", null, null),
                    new ArtifactEntry("x", 0, " ", " ", " ", " ", " ", " ", null, null),
                    new ArtifactEntry("y", 0, " ", " ", " ", " ", " ", " ", null, null))),
            new Heartbeat("F", 1L, 1L, NOW));
  }

  @Test
  void theTypeMayStandAnywhere() {
    assertThat(server.bulk(json("{'flow_id': 'F', 'tags': ['t'], 'type': 'flow'}")).body())
        .isEqualTo("{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}\n");
  }

  private static final String[] TYPES = {
    NDJSON,
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x"
  };

  @ParameterizedTest
  @FieldSource("TYPES")
  void entriesMayBeAListWhateverTheirType(String type) {
    assertThat(server.post("/events", " [" + FLOW + ",\n" + FLOW + "]", "Content-Type", type))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                "{\"index\": 1, \"result\": \"exists\"}"));
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void entriesMayBeLinesWhateverTheirType(String type) {
    assertThat(server.post("/events", "\n" + FLOW + "\r\n\r\n", "Content-Type", type))
        .isEqualTo(lines("{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}"));
  }

  @Test
  void whatHasNoEntriesIsAnsweredWithNoLines() {
    assertThat(server.post("/events", "[]")).isEqualTo(lines());
    assertThat(server.bulk("", " ")).isEqualTo(lines());
  }

  @Test
  void metadataOfATaskThatFollowEachOtherAreOneEvent() {
    server.givenATask();
    server.given("/flows/F/runs/1/steps/start/task", "{}");
    String other = metadata("c").replace("\"task_id\": 1", "\"task_id\": \"2\"");

    assertThat(server.bulk(metadata("a"), "no JSON", metadata("b"), other, metadata("d")).body())
        .isEqualTo(
            lines(
                    "{\"index\": 0, \"result\": \"created\", \"id\": 1, \"position\": \"0@5\"}",
                    rejected(
                        1,
                        400,
                        "malformed JSON at line 2 column 1: Unrecognized token 'no': was expecting (JSON"
                            + " String, Number, Array, Object or token 'null', 'true' or 'false')"),
                    "{\"index\": 2, \"result\": \"created\", \"id\": 2, \"position\": \"0@5\"}",
                    "{\"index\": 3, \"result\": \"created\", \"id\": 3, \"position\": \"0@6\"}",
                    "{\"index\": 4, \"result\": \"created\", \"id\": 4, \"position\": \"0@7\"}")
                .body());
    assertThat(eventsFrom(5).stream().map(e -> ((MetadataRecorded) e).getEntries().size()))
        .containsExactly(2, 1, 1);
  }

  // ---- what is there already -------------------------------------------------------------------

  @Test
  void whatIsThereAlreadyIsSaidToBe() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'run_number': 'argo'}"));
    server.given("/flows/F/runs/argo/steps/start/step", "{}");
    server.given("/flows/F/runs/argo/steps/start/task", json("{'task_id': 't'}"));
    server.given("/flows/F/runs/1/steps/start/tasks/1/artifact", json("[{'name': 'x'}]"));

    assertThat(
            server.bulk(
                FLOW,
                json("{'type': 'run', 'flow_id': 'F', 'run_number': 'argo', 'ref': 'r'}"),
                json("{'type': 'step', 'run_number': '$r', 'step_name': 'start'}"),
                json(
                    "{'type': 'task', 'run_number': '$r', 'step_name': 'start',"
                        + " 'task_id': 't', 'ref': 't'}"),
                json("{'type': 'artifact', 'task_id': '$t', 'name': 'x'}"),
                json("{'type': 'artifact', 'task_id': '$t', 'entries': [{'name': 'x'}]}"),
                metadata("a")))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"exists\"}",
                "{\"index\": 1, \"result\": \"exists\", \"run_number\": 1}",
                "{\"index\": 2, \"result\": \"exists\"}",
                "{\"index\": 3, \"result\": \"exists\", \"task_id\": 1}",
                "{\"index\": 4, \"result\": \"exists\", \"position\": \"0@5\"}",
                "{\"index\": 5, \"result\": \"exists\", \"artifacts_created\": 0,"
                    + " \"position\": \"0@5\"}",
                "{\"index\": 6, \"result\": \"created\", \"id\": 1, \"position\": \"0@6\"}"));
  }

  @Test
  void aNameThatIsTwiceInARequestIsOneObject() {
    server.given("/flows/F", "{}");
    String run = "{\"type\": \"run\", \"flow_id\": \"F\", \"run_number\": \"argo\"}";

    assertThat(server.bulk(run, run))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"run_number\": 1, \"position\": \"0@1\"}",
                "{\"index\": 1, \"result\": \"exists\", \"run_number\": 1}"));
  }

  @Test
  void whatBelongsToANamedRunGoesToTheWinnerOfTheName() {
    server.given("/flows/F", "{}");
    server
        .log()
        .beforeAppend(
            () ->
                server
                    .views()
                    .apply(
                        Events.run("F", 77)
                            .named("argo")
                            .systemTags("sys")
                            .at(1)
                            .writtenBy("other")));

    assertThat(
            server.bulk(
                json("{'type': 'run', 'flow_id': 'F', 'run_number': 'argo', 'ref': 'r'}"),
                json("{'type': 'step', 'run_number': '$r', 'step_name': 'start'}"),
                json("{'type': 'tags', 'run_number': '$r', 'tags_to_remove': ['sys']}")))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"exists\", \"run_number\": 77}",
                "{\"index\": 1, \"result\": \"created\", \"position\": \"0@2\"}",
                rejected(2, 422, "cannot remove system tags of run F/argo: [sys]")));
    View view = server.views().view(0);
    assertThat(view.run(77L).flatMap(run -> view.step(run, "start"))).isPresent();
  }

  @Test
  void ofRequestsAtOnceOneMakesEachNamedRun() {
    server.given("/flows/F", "{}");
    for (int round = 0; round < 20; round++) {
      String prefix = "argo-" + round + "-";
      String body =
          IntStream.range(0, 12)
              .mapToObj(
                  i ->
                      "{\"type\": \"run\", \"flow_id\": \"F\", \"run_number\": \"%s%d\"}"
                          .formatted(prefix, i))
              .collect(Collectors.joining("\n"));
      CompletableFuture<Answer> first = server.send("POST", "/events", body);
      CompletableFuture<Answer> second = server.send("POST", "/events", body);
      List<String> one = first.join().body().lines().toList();
      List<String> other = second.join().body().lines().toList();

      for (int i = 0; i < 12; i++) {
        View view = server.views().view(0);
        long number = view.run("F", new Identifier.Name(prefix + i)).orElseThrow().number();
        assertThat(List.of(outcome(one.get(i)), outcome(other.get(i))))
            .containsExactlyInAnyOrder("created " + number, "exists " + number);
      }
      await(() -> server.routes().bulkRequests() == 0);
    }
  }

  private static String outcome(String line) {
    return line.replaceAll(".*\"result\": \"(\\w+)\", \"run_number\": (\\d+).*", "$1 $2");
  }
}
