package io.flowledger.ingest;

import static io.flowledger.ingest.IngestServer.NOW;
import static io.flowledger.ingest.MemoryLog.written;
import static io.flowledger.projector.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.ingest.IngestServer.Answer;
import io.flowledger.projector.Events;
import io.flowledger.projector.LocalReadModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IngestRoutesTest {

  private static final IngestConfig CONFIG = new IngestConfig(20, 1000, 3, 2, "test/1");
  private static final long SECONDS = NOW / 1000;
  private static final String METADATA = "/flows/F/runs/1/steps/start/tasks/1/metadata";
  private static final String ARTIFACT = "/flows/F/runs/1/steps/start/tasks/1/artifact";
  private static final String BEAT = "\"{\\\"wait_time_in_seconds\\\": 10}\"";

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server = new IngestServer(directory, CONFIG);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The event that was appended last. */
  private SpecificRecord lastEvent() {
    List<SpecificRecord> events = server.log().events();
    return events.get(events.size() - 1);
  }

  private int events() {
    return server.log().events().size();
  }

  private static Answer failure(int status, String message) {
    return Answer.failure(status, message);
  }

  // ---- flows -----------------------------------------------------------------------------------

  @Test
  void registersAFlow() {
    assertThat(
            server.post(
                "/flows/F", json("{'user_name': 'alice', 'tags': ['t'], 'system_tags': ['s']}")))
        .isEqualTo(
            Answer.success(
                "0@0",
                "{\"flow_id\": \"F\", \"user_name\": \"alice\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"t\"], \"system_tags\": [\"s\"]}"));
    assertThat(server.log().events())
        .containsExactly(written(Events.flow("F").by("alice").tags("t").systemTags("s")));
  }

  @Test
  void keepsNullTagsOfAFlow() {
    assertThat(server.post("/flows/F", "{}").body())
        .isEqualTo(
            "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 1700000000123,"
                + " \"tags\": null, \"system_tags\": null}");
  }

  @Test
  void decodesNamesInPaths() {
    assertThat(server.post("/flows/a%2Fb%20%C3%BC", "{}").body())
        .startsWith("{\"flow_id\": \"a/b \\u00fc\", ");
  }

  @Test
  void aFlowIsRegisteredOnce() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F", "{}")).isEqualTo(failure(409, "flow F exists already"));
    assertThat(events()).isEqualTo(1);
  }

  @Test
  void whoLosesTheRaceForAFlowIsTold() {
    server
        .log()
        .beforeAppend(
            () -> server.views().apply(Events.flow("F").by("bob").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F", "{}")).isEqualTo(failure(409, "flow F exists already"));
    assertThat(events()).isEqualTo(1);
  }

  @Test
  void refusesABadBodyWithoutATrace() {
    assertThat(server.post("/flows/F", ""))
        .isEqualTo(failure(400, "the request has no body, JSON expected"));
    assertThat(server.post("/flows/F", "[]"))
        .isEqualTo(failure(400, "the body must be an object, not a list"));
    assertThat(server.log().history()).isEmpty();
  }

  @Test
  void refusesBadNamesInPaths() {
    assertThat(server.post("/flows/123456789012345678901", "{}"))
        .isEqualTo(failure(400, "the name of the flow is longer than 20 characters"));
    assertThat(server.post("/flows/a%00b", "{}"))
        .isEqualTo(failure(400, "the name of the flow contains a NUL character"));
    assertThat(server.post("/flows/F/runs/1/steps/a%00b/step", "{}"))
        .isEqualTo(failure(400, "the name of the step contains a NUL character"));
  }

  // ---- runs ------------------------------------------------------------------------------------

  @Test
  void registersARun() {
    server.given("/flows/F", "{}");

    assertThat(
            server.post(
                "/flows/F/run",
                json("{'user_name': 'bob', 'tags': ['t'], 'system_tags': ['user:bob']}")))
        .isEqualTo(
            Answer.success(
                "0@1",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": \"bob\","
                    + " \"ts_epoch\": 1700000000123, \"tags\": [\"t\"],"
                    + " \"system_tags\": [\"user:bob\"], \"last_heartbeat_ts\": null}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.run("F", 1).by("bob").tags("t").systemTags("user:bob")));
  }

  @Test
  void aRunOfAClientThatSendsHeartbeatsBeatsAtOnceAndHasEmptyTagsForNone() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F/run", "{}").body())
        .isEqualTo(
            "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": null,"
                + " \"ts_epoch\": 1700000000123, \"tags\": [], \"system_tags\": [],"
                + " \"last_heartbeat_ts\": 1700000000}");
  }

  @Test
  void runsOfAllFlowsAreNumberedTogether() {
    server.given("/flows/F", "{}");
    server.given("/flows/G", "{}");

    assertThat(server.post("/flows/F/run", "{}").body())
        .startsWith("{\"flow_id\": \"F\", \"run_number\": 1, ");
    assertThat(server.post("/flows/G/run", "{}").body())
        .startsWith("{\"flow_id\": \"G\", \"run_number\": 2, ");
  }

  @Test
  void aRunMayHaveANameOfAScheduler() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")).body())
        .startsWith("{\"flow_id\": \"F\", \"run_number\": \"argo-1\", ");
    assertThat(((RunRegistered) lastEvent()).getRunNumber()).isEqualTo(1);
    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(failure(409, "run F/argo-1 exists already"));
    assertThat(events()).isEqualTo(2);
  }

  @Test
  void whoLosesTheRaceForANameOfARunIsTold() {
    server.given("/flows/F", "{}");
    server
        .log()
        .beforeAppend(
            () ->
                server.views().apply(Events.run("F", 77).named("argo-1").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(failure(409, "run F/argo-1 exists already"));
  }

  @Test
  void aRunNeedsItsFlow() {
    assertThat(server.post("/flows/F/run", "{}"))
        .isEqualTo(failure(404, "flow F is not registered"));
    assertThat(server.log().history()).isEmpty();
  }

  // ---- steps -----------------------------------------------------------------------------------

  @Test
  void registersAStepThatShowsTheTagsOfItsRun() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['of run'], 'system_tags': ['sys']}"));

    assertThat(
            server.post(
                "/flows/F/runs/1/steps/start/step",
                json("{'user_name': 'bob', 'tags': ['own'], 'system_tags': null}")))
        .isEqualTo(
            Answer.success(
                "0@2",
                "{\"flow_id\": \"F\", \"run_number\": \"1\", \"step_name\": \"start\","
                    + " \"user_name\": \"bob\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"of run\"], \"system_tags\": [\"sys\"]}"));
    assertThat(lastEvent()).isEqualTo(written(Events.step("F", 1, "start").by("bob").tags("own")));
  }

  @Test
  void theUserOfAStepIsEmptyWhereAbsentAndNullWhereNull() {
    server.givenARun();

    server.given("/flows/F/runs/1/steps/a/step", "{}");
    assertThat(((StepRegistered) lastEvent()).getUserName()).isEmpty();
    server.given("/flows/F/runs/1/steps/b/step", json("{'user_name': null}"));
    assertThat(((StepRegistered) lastEvent()).getUserName()).isNull();
  }

  @Test
  void aStepIsRegisteredOnceUnderEitherNameOfItsRun() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'run_number': 'argo-1'}"));
    server.given("/flows/F/runs/argo-1/steps/start/step", "{}");

    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/1/start exists already"));
    assertThat(server.post("/flows/F/runs/argo-1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/argo-1/start exists already"));
  }

  @Test
  void whoLosesTheRaceForAStepIsTold() {
    server.givenARun();
    server
        .log()
        .beforeAppend(
            () -> server.views().apply(Events.step("F", 1, "start").by("").at(1).writtenBy("o")));

    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/1/start exists already"));
  }

  @ParameterizedTest
  @CsvSource({"G/runs/1, G/1", "F/runs/2, F/2", "F/runs/argo-1, F/argo-1", "G/runs/x, G/x"})
  void whatIsInARunNeedsTheRun(String path, String run) {
    server.givenARun();
    Answer unknown = failure(404, "run " + run + " is not registered");

    assertThat(server.post("/flows/" + path + "/steps/start/step", "{}")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/steps/start/task", "{}")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/heartbeat", "")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/steps/start/tasks/1/heartbeat", ""))
        .isEqualTo(unknown);
    assertThat(server.patch("/flows/" + path + "/tag/mutate", "{}")).isEqualTo(unknown);
    assertThat(events()).isEqualTo(2);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  @Test
  void registersATask() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['of run']}"));
    server.given("/flows/F/runs/1/steps/start/step", "{}");

    assertThat(
            server.post(
                "/flows/F/runs/1/steps/start/task", json("{'user_name': 'bob', 'tags': []}")))
        .isEqualTo(
            Answer.success(
                "0@3",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1,"
                    + " \"user_name\": \"bob\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"of run\"], \"system_tags\": [],"
                    + " \"last_heartbeat_ts\": 1700000000}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.task("F", 1, "start", 1).by("bob").tags().beating(SECONDS)));
  }

  @Test
  void aTaskMayHaveANameOfAScheduler() {
    server.givenAStep();

    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")).body())
        .startsWith(
            "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\","
                + " \"task_id\": \"t-1\", ");
    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")))
        .isEqualTo(failure(409, "task F/1/start/t-1 exists already"));
  }

  @Test
  void whoLosesTheRaceForANameOfATaskIsTold() {
    server.givenAStep();
    server
        .log()
        .beforeAppend(
            () ->
                server
                    .views()
                    .apply(Events.task("F", 1, "start", 77).named("t-1").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")))
        .isEqualTo(failure(409, "task F/1/start/t-1 exists already"));
  }

  @Test
  void aTaskNeedsItsStep() {
    server.givenARun();

    assertThat(server.post("/flows/F/runs/1/steps/none/task", "{}"))
        .isEqualTo(failure(404, "step F/1/none is not registered"));
  }

  // ---- what tasks record -----------------------------------------------------------------------

  @Test
  void recordsMetadata() {
    server.givenATask();

    assertThat(
            server.post(
                METADATA,
                """
                [{"field_name": "attempt", "value": "0", "type": "attempt", "user_name": "bob",
                  "tags": ["attempt_id:0"], "system_tags": []},
                 {"value": ["items=0"]}]
                """))
        .isEqualTo(Answer.success("0@4", "{\"metadata_created\": 2}"));
    assertThat(lastEvent())
        .isEqualTo(
            written(
                Events.metadata(
                    "F",
                    1,
                    "start",
                    1,
                    new MetadataEntry(
                        1L, "attempt", "0", "attempt", "bob", List.of("attempt_id:0"), List.of()),
                    new MetadataEntry(2L, " ", "{items=0}", " ", null, null, null))));
  }

  @Test
  void recordsArtifactsAndCountsThoseThatAreNew() {
    server.givenATask();

    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'y', 'attempt_id': 1}]")))
        .isEqualTo(Answer.success("0@4", "{\"artifacts_created\": 2}"));
    assertThat(lastEvent())
        .isEqualTo(
            written(
                Events.artifacts(
                    "F",
                    1,
                    "start",
                    1,
                    new ArtifactEntry("x", 0, " ", " ", " ", " ", " ", " ", null, null),
                    new ArtifactEntry("y", 1, " ", " ", " ", " ", " ", " ", null, null))));
    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'x', 'attempt_id': 1}, {}]")))
        .isEqualTo(Answer.success("0@5", "{\"artifacts_created\": 2}"));
  }

  @Test
  void anArtifactThatIsTwiceInARequestCountsOnce() {
    server.givenATask();

    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'x'}, {'name': 'x'}]")))
        .isEqualTo(Answer.success("0@4", "{\"artifacts_created\": 1}"));
  }

  @Test
  void anEmptyListIsNoEvent() {
    server.givenATask();

    assertThat(server.post(METADATA, "[]"))
        .isEqualTo(new Answer(200, IngestServer.TEXT, "", "{\"metadata_created\": 0}"));
    assertThat(server.post(ARTIFACT, "[]"))
        .isEqualTo(new Answer(200, IngestServer.TEXT, "", "{\"artifacts_created\": 0}"));
    assertThat(events()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "F/runs/1/steps/start/tasks/2",
    "F/runs/1/steps/start/tasks/t-1",
    "F/runs/1/steps/end/tasks/1",
    "F/runs/2/steps/start/tasks/1",
    "F/runs/argo/steps/start/tasks/1",
    "G/runs/1/steps/start/tasks/1",
    "F/runs/99999999999999999999/steps/start/tasks/1"
  })
  void recordsNothingForWhatIsNoTask(String task) {
    server.givenATask();
    Answer unknown = failure(400, "need to register run_id and task_id first");

    assertThat(server.post("/flows/" + task + "/metadata", "[{}]")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + task + "/artifact", "[{}]")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + task + "/metadata", "[]")).isEqualTo(unknown);
    assertThat(events()).isEqualTo(4);
  }

  @Test
  void oneBadEntryLeavesNothingBehind() {
    server.givenATask();

    assertThat(server.post(METADATA, json("[{}, {'value': null}]")))
        .isEqualTo(failure(400, "entry 1: value must be a string, a number, a boolean or a list"));
    assertThat(server.post(ARTIFACT, json("[{}, {'attempt_id': 'x'}]")))
        .isEqualTo(failure(400, "entry 1: attempt_id must be an integer of 32 bits, not 'x'"));
    assertThat(events()).isEqualTo(4);
  }

  @Test
  void refusesMoreEntriesThanAreAllowed() {
    server.givenATask();

    assertThat(server.post(METADATA, "[{}, {}, {}, {}]"))
        .isEqualTo(failure(413, "the body has more than 3 entries"));
  }

  // ---- tags ------------------------------------------------------------------------------------

  @Test
  void changesTagsOfARunRemovingFirst() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['a', 'b'], 'system_tags': ['sys']}"));

    assertThat(
            server.patch(
                "/flows/F/runs/1/tag/mutate",
                json("{'tags_to_add': ['c', 'sys', 'a'], 'tags_to_remove': ['a', 'none']}")))
        .isEqualTo(Answer.success("0@2", "{\"tags\": [\"b\", \"c\", \"a\"]}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.tags("F", 1, List.of("a", "none"), List.of("c", "sys", "a"))));
  }

  @Test
  void refusesToRemoveSystemTags() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['a'], 'system_tags': ['s', 't']}"));

    assertThat(
            server.patch(
                "/flows/F/runs/1/tag/mutate",
                json("{'tags_to_remove': ['t', 'a', 's', 't'], 'tags_to_add': ['b']}")))
        .isEqualTo(failure(422, "cannot remove system tags of run F/1: [t, s]"));
    assertThat(events()).isEqualTo(2);
  }

  // ---- heartbeats ------------------------------------------------------------------------------

  @Test
  void beatsARunWithoutLookingAtTheBody() {
    server.givenARun();

    assertThat(server.post("/flows/F/runs/1/heartbeat", "no JSON"))
        .isEqualTo(Answer.success("heartbeats/0@0", BEAT));
    assertThat(lastEvent()).isEqualTo(new Heartbeat("F", 1L, null, NOW));
  }

  @Test
  void beatsATask() {
    server.givenATask();

    assertThat(server.post("/flows/F/runs/1/steps/start/tasks/1/heartbeat", ""))
        .isEqualTo(Answer.success("heartbeats/0@0", BEAT));
    assertThat(lastEvent()).isEqualTo(new Heartbeat("F", 1L, 1L, NOW));
    assertThat(server.post("/flows/F/runs/1/steps/start/tasks/2/heartbeat", ""))
        .isEqualTo(failure(404, "task F/1/start/2 is not registered"));
  }

  @Test
  void beatsOfOneSecondHaveOnePosition() {
    server.givenARun();

    server.post("/flows/F/runs/1/heartbeat", "");
    assertThat(server.post("/flows/F/runs/1/heartbeat", ""))
        .isEqualTo(Answer.success("heartbeats/0@0", BEAT));
    assertThat(events()).isEqualTo(3);
  }

  // ---- without waiting -------------------------------------------------------------------------

  @Test
  void whoPrefersNotToWaitGetsThePosition() {
    server.log().holdBack();

    assertThat(server.post("/flows/F", "{}", "Prefer", "respond-async, wait=1"))
        .isEqualTo(new Answer(202, "application/json", "0@0", "{\"position\": \"0@0\"}"));
    assertThat(server.routes().pendingWrites()).isZero();
  }

  // ---- the log cannot be written ---------------------------------------------------------------

  @Test
  void anEventThatIsTooLargeForTheLogIsTheClientsFault() {
    server.givenATask();
    server.log().fail(Optional.of(new RecordTooLargeException("9 MB")));
    Answer tooLarge = failure(413, "the request makes an event that is too large for the log");

    assertThat(server.post(METADATA, "[{}]")).isEqualTo(tooLarge);
    assertThat(server.post(ARTIFACT, "[{}]")).isEqualTo(tooLarge);
  }

  @Test
  void clientsMayTryAgainWhenTheLogCannotBeWritten() {
    server.givenATask();
    server.log().fail(Optional.of(new TimeoutException("no broker")));
    Answer later = failure(503, "the log cannot be written now, try again");

    assertThat(server.post("/flows/G", "{}")).isEqualTo(later);
    assertThat(server.post("/flows/F/run", "{}")).isEqualTo(later);
    assertThat(server.post("/flows/F/runs/1/steps/end/step", "{}")).isEqualTo(later);
    assertThat(server.post("/flows/F/runs/1/steps/start/task", "{}")).isEqualTo(later);
    assertThat(server.post(METADATA, "[{}]")).isEqualTo(later);
    assertThat(server.post(ARTIFACT, "[{}]")).isEqualTo(later);
    assertThat(server.patch("/flows/F/runs/1/tag/mutate", "{}")).isEqualTo(later);
    assertThat(server.post("/flows/F/runs/1/heartbeat", "")).isEqualTo(later);

    server.log().fail(Optional.empty());
    assertThat(server.post("/flows/G", "{}").status()).isEqualTo(200);
    assertThat(server.post("/flows/F/runs/1/heartbeat", "").status()).isEqualTo(200);
    assertThat(server.routes().pendingWrites()).isZero();
  }

  @Test
  void clientsMayTryAgainWhenNumbersCannotBeClaimed() {
    server.given("/flows/F", "{}");
    server.log().sendException = new TimeoutException("no broker");

    assertThat(server.post("/flows/F/run", "{}"))
        .isEqualTo(failure(503, "the log cannot be written now, try again"));
  }

  // ---- the view cannot be read -----------------------------------------------------------------

  /** From the next event on no view can be read; what is appended is in the log all the same. */
  private void viewsCloseWithTheNextEvent() {
    server
        .log()
        .afterAppend(
            () -> {
              server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
              server.views().viewsOpen(false);
            });
  }

  @Test
  void aFlowIsThenAnsweredFromItsEvent() {
    viewsCloseWithTheNextEvent();

    assertThat(server.post("/flows/F", json("{'tags': ['t']}")))
        .isEqualTo(
            Answer.success(
                "0@0",
                "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"t\"], \"system_tags\": null}"));
  }

  @Test
  void soIsARunThatTheServiceNumbers() {
    server.given("/flows/F", "{}");
    viewsCloseWithTheNextEvent();

    assertThat(server.post("/flows/F/run", json("{'tags': ['t']}")))
        .isEqualTo(
            Answer.success(
                "0@1",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": null,"
                    + " \"ts_epoch\": 1700000000123, \"tags\": [\"t\"], \"system_tags\": [],"
                    + " \"last_heartbeat_ts\": 1700000000}"));
  }

  @Test
  void whoMadeANamedRunCannotBeSaidThen() {
    server.given("/flows/F", "{}");
    viewsCloseWithTheNextEvent();

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(
            failure(
                503,
                "it cannot be said now whether this request or another one made run F/argo-1,"
                    + " try again"));
  }

  @Test
  void aStepShowsThenTheTagsThatCameWithIt() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['of run']}"));
    viewsCloseWithTheNextEvent();

    assertThat(server.post("/flows/F/runs/1/steps/start/step", json("{'tags': ['sent']}")))
        .isEqualTo(
            Answer.success(
                "0@2",
                "{\"flow_id\": \"F\", \"run_number\": \"1\", \"step_name\": \"start\","
                    + " \"user_name\": \"\", \"ts_epoch\": 1700000000123, \"tags\": [\"sent\"],"
                    + " \"system_tags\": []}"));
  }

  @Test
  void aTaskThatTheServiceNumbersToo() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'run_number': 'argo-1'}"));
    server.given("/flows/F/runs/argo-1/steps/start/step", "{}");
    viewsCloseWithTheNextEvent();

    assertThat(
            server.post("/flows/F/runs/argo-1/steps/start/task", json("{'system_tags': ['sent']}")))
        .isEqualTo(
            Answer.success(
                "0@3",
                "{\"flow_id\": \"F\", \"run_number\": \"argo-1\", \"step_name\": \"start\","
                    + " \"task_id\": 1, \"user_name\": null, \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [], \"system_tags\": [\"sent\"], \"last_heartbeat_ts\": null}"));
  }

  @Test
  void whoMadeANamedTaskCannotBeSaidThen() {
    server.givenAStep();
    viewsCloseWithTheNextEvent();

    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")))
        .isEqualTo(
            failure(
                503,
                "it cannot be said now whether this request or another one made task"
                    + " F/1/start/t-1, try again"));
  }

  @Test
  void metadataAndArtifactsCountThenAllEntries() {
    server.givenATask();
    server.given(METADATA, "[{}]");
    viewsCloseWithTheNextEvent();

    assertThat(server.post(METADATA, "[{}, {}]"))
        .isEqualTo(Answer.success("0@5", "{\"metadata_created\": 2}"));
    assertThat(server.post(ARTIFACT, json("[{}, {'name': 'x'}]")))
        .isEqualTo(Answer.success("0@6", "{\"artifacts_created\": 2}"));
  }

  @Test
  void tagsCannotBeToldThen() {
    server.givenARun();
    viewsCloseWithTheNextEvent();

    assertThat(server.patch("/flows/F/runs/1/tag/mutate", json("{'tags_to_add': ['a']}")))
        .isEqualTo(failure(503, "the tags of run F/1 have changed, but cannot be read now"));
    assertThat(events()).isEqualTo(3);
  }

  @Test
  void heartbeatsSucceedThen() {
    server.givenARun();
    server.given("/flows/F/runs/1/heartbeat", "");
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    server.views().viewsOpen(false);

    assertThat(server.post("/flows/F/runs/1/heartbeat", ""))
        .isEqualTo(Answer.success("heartbeats/0@0", BEAT));
  }

  @Test
  void whatWasAnsweredFromItsEventIsThereForTheNextRequest() {
    viewsCloseWithTheNextEvent();

    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{}");
    server.given("/flows/F/runs/1/steps/start/step", "{}");
    server.given("/flows/F/runs/1/steps/start/task", "{}");
    assertThat(server.post(METADATA, "[{}]"))
        .isEqualTo(Answer.success("0@4", "{\"metadata_created\": 1}"));
  }

  @Test
  void aViewThatClosesBetweenApplyingAndReadingIsNoFailure() {
    server.log().afterAppend(() -> server.views().viewsOpen(false));

    assertThat(server.post("/flows/F", "{}").status()).isEqualTo(200);
  }

  @Test
  void parentsThatWereSeenAreKnownWithoutAView() {
    server.givenAStep();
    server.views().viewsOpen(false);

    assertThat(server.post("/flows/F/run", "{}").status()).isEqualTo(200);
    assertThat(server.post("/flows/F/runs/1/steps/end/step", "{}").status()).isEqualTo(200);
    assertThat(server.post("/flows/F/runs/1/heartbeat", "").status()).isEqualTo(200);
  }

  @Test
  void parentsThatWereNotSeenCannotBeLookedUpWithoutAView() {
    server.given("/flows/F", "{}");
    server.views().viewsOpen(false);
    Answer later = failure(503, "the view of partition 0 is closed");

    assertThat(server.post("/flows/F/run", "{}")).isEqualTo(later);
    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}")).isEqualTo(later);
    assertThat(server.post(METADATA, "[{}]")).isEqualTo(later);
    assertThat(server.patch("/flows/F/runs/1/tag/mutate", "{}")).isEqualTo(later);
    assertThat(events()).isEqualTo(1);
  }

  // ---- overload --------------------------------------------------------------------------------

  @Test
  void refusesMoreWritesThanMayBeOnTheirWay() throws InterruptedException {
    server.log().holdBack();
    CompletableFuture<Answer> first = onItsWay("/flows/A");
    CompletableFuture<Answer> second = onItsWay("/flows/B");
    assertThat(server.routes().pendingWrites()).isEqualTo(2);

    assertThat(server.post("/flows/C", "{}"))
        .isEqualTo(failure(503, "too many writes are on their way, try again"));
    assertThat(events()).isEqualTo(2);

    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().status()).isEqualTo(200);
    assertThat(server.routes().pendingWrites()).isZero();
    assertThat(server.post("/flows/C", "{}").status()).isEqualTo(200);
  }

  /** A write that has been appended, but not applied. */
  private CompletableFuture<Answer> onItsWay(String path) throws InterruptedException {
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = server.send("POST", path, "{}");
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    return answer;
  }
}
