package io.flowledger.ingest.metaflow;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.LocalReadModel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * How a write is answered that is not waited for, or that the log, the view or the server has no
 * room for.
 */
final class WriteAnswersTest extends IngestTest {

  private static final String METADATA = "/flows/F/runs/1/steps/start/tasks/1/metadata";
  private static final String ARTIFACT = "/flows/F/runs/1/steps/start/tasks/1/artifact";
  private static final String BEAT = "\"{\\\"wait_time_in_seconds\\\": 10}\"";

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
    Answer later =
        failure(503, "the log cannot be written now (no broker has answered in time), try again");

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
        .isEqualTo(
            failure(
                503, "the log cannot be written now (no broker has answered in time), try again"));
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
