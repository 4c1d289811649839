package io.flowledger.ingest;

import static io.flowledger.ingest.IngestServer.NOW;
import static io.flowledger.ingest.MemoryLog.written;
import static io.flowledger.projector.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.ingest.IngestServer.Answer;
import io.flowledger.projector.Events;
import io.flowledger.projector.LocalReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the entries of a bulk request, and of requests that are none. */
final class BulkRouteTest {

  private static final IngestConfig CONFIG =
      new IngestConfig(new Limits(20, 1000, 5), new BulkLimits(12, 4000, 2, 6000), 20, "test/1");
  private static final String NDJSON = "application/x-ndjson";
  private static final String FLOW = "{\"type\": \"flow\", \"flow_id\": \"F\"}";
  private static final String TASK_1 =
      "\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1";

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server = new IngestServer(directory, CONFIG);
  }

  @AfterEach
  void stop() {
    await(() -> server.routes().bulkRequests() == 0);
    assertThat(server.routes().pendingWrites()).isZero();
    server.close();
  }

  private static Answer lines(String... lines) {
    return lines(200, lines);
  }

  private static Answer lines(int status, String... lines) {
    return new Answer(
        status,
        NDJSON,
        "",
        Stream.of(lines).map(line -> line + "\n").collect(Collectors.joining()));
  }

  private static String rejected(int index, int status, String message) {
    return "{\"index\": %d, \"result\": \"rejected\", \"status\": %d, \"message\": \"%s\"}"
        .formatted(index, status, message);
  }

  private static String metadata(String field) {
    return "{\"type\": \"metadata\", " + TASK_1 + ", \"field_name\": \"" + field + "\"}";
  }

  private List<SpecificRecord> eventsFrom(int first) {
    List<SpecificRecord> events = server.log().events();
    return events.subList(first, events.size());
  }

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

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "text/plain"})
  void entriesMayBeAList(String type) {
    assertThat(server.post("/events", " [" + FLOW + ",\n" + FLOW + "]", "Content-Type", type))
        .isEqualTo(
            lines(
                "{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}",
                "{\"index\": 1, \"result\": \"exists\"}"));
  }

  @Test
  void whatHasNoTypeIsToldByItsFirstByte() {
    assertThat(server.post("/events", "\n" + FLOW + "\r\n\r\n"))
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
                        "malformed JSON at line 2 column 1: Unrecognized token 'no': was expecting"
                            + " (JSON String, Number, Array, Object or token 'null', 'true' or"
                            + " 'false')"),
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

  // ---- what is rejected ------------------------------------------------------------------------

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
                    + " (JSON String, Number, Array, Object or token 'null', 'true' or"
                    + " 'false')\"}"));
    assertThat(server.post("/events", "[" + FLOW + "] 1").body())
        .isEqualTo(
            "{\"index\": 0, \"result\": \"exists\"}\n"
                + "{\"result\": \"rejected\", \"status\": 400, \"message\": \"the body goes on"
                + " after the end of its list\"}\n");
  }

  @Test
  void refusesWhatIsNoBulkRequestWithoutATrace() {
    assertThat(server.post("/events", ""))
        .isEqualTo(Answer.failure(400, "the request has no body, JSON expected"));
    assertThat(server.post("/events", FLOW, "Content-Type", "application/json"))
        .isEqualTo(
            Answer.failure(400, "the body must be a list of entries, or entries line by line"));
    assertThat(server.post("/events", FLOW, "Content-Encoding", "br"))
        .isEqualTo(Answer.failure(415, "Content-Encoding must be gzip, not br"));
    assertThat(server.bulk(new byte[] {'[', '"', (byte) 0xc3, '"', ']'}))
        .isEqualTo(Answer.failure(400, "the body is not UTF-8"));
    assertThat(server.bulk(("[" + FLOW + "]").getBytes(StandardCharsets.UTF_16LE)))
        .isEqualTo(Answer.failure(400, "the body is not UTF-8"));
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

  // ---- gzip ------------------------------------------------------------------------------------

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void bodiesMayBeCompressed() {
    assertThat(server.bulk(gzip(FLOW), "Content-Encoding", "gzip"))
        .isEqualTo(lines("{\"index\": 0, \"result\": \"created\", \"position\": \"0@0\"}"));
    assertThat(server.bulk(gzip("x".repeat(4001)), "Content-Encoding", "gzip"))
        .isEqualTo(Answer.failure(413, "the body is larger than 4000 bytes when inflated"));
    assertThat(server.bulk(FLOW.getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip"))
        .isEqualTo(
            Answer.failure(400, "the body is not in the format of gzip: Not in GZIP format"));
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
    String later = "the log cannot be written now, try again";
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
                    .mapToObj(i -> rejected(i, 503, "the log cannot be written now, try again"))
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

  // ---- limits ----------------------------------------------------------------------------------

  /** A request whose entries have been appended, but not applied. */
  private CompletableFuture<Answer> onItsWay(String body, String... headers)
      throws InterruptedException {
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = server.send("POST", "/events", body, headers);
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    return answer;
  }

  @Test
  void refusesMoreRequestsThanMayBeUnderWay() throws InterruptedException {
    server.log().holdBack();
    CompletableFuture<Answer> first = onItsWay("{\"type\": \"flow\", \"flow_id\": \"A\"}");
    CompletableFuture<Answer> second = onItsWay("{\"type\": \"flow\", \"flow_id\": \"B\"}");
    assertThat(server.routes().bulkRequests()).isEqualTo(2);
    assertThat(server.routes().pendingWrites()).isEqualTo(2);

    assertThat(server.bulk(FLOW))
        .isEqualTo(Answer.failure(503, "too many bulk requests are under way, try again"));

    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().status()).isEqualTo(200);
    assertThat(server.bulk(FLOW).status()).isEqualTo(200);
  }

  @Test
  void entriesWaitUntilThereIsRoomForThem() throws InterruptedException {
    server.given("/flows/F", "{}");
    server.log().holdBack();
    String run = "{\"type\": \"run\", \"flow_id\": \"F\"}\n";
    CompletableFuture<Answer> first = onItsWay(run.repeat(10));
    CompletableFuture<Answer> second = server.send("POST", "/events", run);
    assertThat(server.post("/flows/G", "{}", "Prefer", "respond-async").status()).isEqualTo(202);
    assertThat(server.routes().pendingWrites()).isEqualTo(10);

    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().body())
        .isEqualTo(
            "{\"index\": 0, \"result\": \"created\", \"run_number\": 11, \"position\":"
                + " \"0@12\"}\n");
  }

  @Test
  void bodiesTakeABoundedAmountOfMemory() throws InterruptedException {
    server.log().holdBack();
    String large = FLOW + " ".repeat(3900);
    CompletableFuture<Answer> first = onItsWay(large);

    Answer later =
        Answer.failure(503, "the bulk requests that are under way take too much memory, try again");
    assertThat(server.bulk(large)).isEqualTo(later);
    assertThat(server.bulk(gzip(large), "Content-Encoding", "gzip")).isEqualTo(later);
    assertThat(server.bulk(gzip(FLOW), "Content-Encoding", "gzip", "Prefer", "respond-async"))
        .isEqualTo(lines(202, "{\"index\": 0, \"result\": \"appended\", \"position\": \"0@1\"}"));
    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
    server.log().holdBack();
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      String head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: " + FLOW.length();
      socket.getOutputStream().write((head + "\r\n\r\n" + FLOW).getBytes(StandardCharsets.UTF_8));
      assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    }
    server.log().applyAll();
    await(() -> server.routes().bulkRequests() == 0);
  }

  @Test
  void aClientThatGoesAwayBeforeItHasSentAllLeavesNothingBehind() throws Exception {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      String head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      await(() -> server.routes().bulkRequests() == 1);
    }
    await(() -> server.routes().bulkRequests() == 0);
    assertThat(server.log().history()).isEmpty();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(condition);
  }
}
