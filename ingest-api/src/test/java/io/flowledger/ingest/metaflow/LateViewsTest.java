package io.flowledger.ingest.metaflow;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.schemas.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Writes to what somebody was told of before the view had it. */
final class LateViewsTest extends IngestTest {

  private record Write(String method, String path, String body) {}

  private static final String RUN = "/flows/F/runs/argo-1";
  private static final String TASK = RUN + "/steps/start/tasks/t-1";

  /** Each is about something that only the view knows: that has a name. */
  private static final List<Write> WRITES =
      List.of(
          new Write("POST", RUN + "/steps/end/step", "{}"),
          new Write("POST", RUN + "/steps/start/task", "{}"),
          new Write("POST", TASK + "/metadata", "[{}]"),
          new Write("POST", TASK + "/artifact", json("[{'name': 'x'}]")),
          new Write("POST", TASK + "/heartbeat", ""),
          new Write("POST", RUN + "/heartbeat", ""),
          new Write("PATCH", RUN + "/tag/mutate", json("{'tags_to_add': ['a']}")));

  /** Nobody can say in time who has made the run and its task, but they are in the log. */
  private void givenATaskThatTheViewHasNot() {
    server.given("/flows/F", "{}");
    server.log().holdBack();
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")).status())
        .isEqualTo(503);
  }

  private CompletableFuture<Answer> send(Write write) {
    return server.send(write.method(), write.path(), write.body());
  }

  @Test
  void whatIsToldWithoutTheViewIsPromised() {
    givenATaskThatTheViewHasNot();
    assertThat(server.views().promises().all()).containsExactly(Position.event(0, 1));

    server.given("/flows/G", "{}");
    assertThat(server.views().promises().all()).containsExactly(Position.event(0, 2));
  }

  @Test
  void aBeatThatIsToldWithoutTheViewIsPromised() {
    server.givenARun();
    server.log().holdBack();
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    server.given("/flows/F/runs/1/heartbeat", "");

    assertThat(server.views().promises().all()).containsExactly(Position.heartbeat(0, 0));
  }

  @Test
  void whatAnotherMayHaveTakenOverIsNotPromised() {
    server.log().holdBack();
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    server.views().certain(false);

    assertThat(server.post("/flows/F", "{}"))
        .isEqualTo(
            Answer.failure(
                503, "0@0 is in the log, but it is not known what became of it, try again"));
    assertThat(server.views().promises().all()).isEmpty();
  }

  @Test
  void whatWasAppliedBeforeItsViewMovedNeedsNoPromise() {
    server.log().holdBack();
    CompletableFuture<Answer> answer = server.send("POST", "/flows/F", "{}");
    await().until(() -> server.views().waiters() == 1);
    server.views().viewsOpen(false);
    server.views().certain(false);
    server.log().applyAll();

    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(server.views().promises().all()).isEmpty();
  }

  @Test
  void whoDoesNotWaitIsPromisedNothing() {
    server.log().holdBack();
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);

    assertThat(server.post("/flows/F", "{}", "Prefer", "respond-async").status()).isEqualTo(202);
    assertThat(server.views().promises().all()).isEmpty();
  }

  @Test
  void whatIsAppliedInTimeIsNotPromised() {
    server.givenATask();
    server.given("/flows/F/runs/1/heartbeat", "");

    assertThat(server.views().promises().all()).isEmpty();
  }

  @Test
  void nothingIsSaidToBeMissingWhileTheViewIsLate() {
    givenATaskThatTheViewHasNot();
    for (Write write : WRITES) {
      assertThat(send(write).join())
          .as(write.toString())
          .isEqualTo(
              Answer.failure(503, "the view of partition 0 has not come to 0@1 yet, try again"));
    }
    assertThat(events()).isEqualTo(2);
  }

  @Test
  void writesWaitForTheViewTheyNeed() {
    givenATaskThatTheViewHasNot();
    server.views().waiting(LocalReadModel.Waiting.NORMAL);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (Write write : List.of(WRITES.get(0), WRITES.get(5), WRITES.get(6))) {
      answers.add(send(write));
    }
    await().until(() -> server.views().waiters() == 3);
    server.log().applyAll();

    for (CompletableFuture<Answer> answer : answers) {
      assertThat(answer.join().status()).as(answer.join().body()).isEqualTo(200);
    }
    assertThat(server.views().promises().all()).isEmpty();
  }

  @Test
  void whatIsMissingThenIsMissing() {
    givenATaskThatTheViewHasNot();
    server.views().waiting(LocalReadModel.Waiting.NORMAL);
    CompletableFuture<Answer> step = server.send("POST", "/flows/F/runs/no/steps/s/step", "{}");
    CompletableFuture<Answer> metadata = send(WRITES.get(2));
    await().until(() -> server.views().waiters() == 2);
    server.log().applyAll();

    assertThat(step.join()).isEqualTo(Answer.failure(404, "run F/no is not registered"));
    assertThat(metadata.join())
        .isEqualTo(Answer.failure(400, "need to register run_id and task_id first"));
  }

  @Test
  void ofTwoWhoMakeTheSameOnlyOneIsToldSo() {
    server.log().holdBack();
    server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{}");
    server.given("/flows/F/runs/1/steps/start/step", "{}");

    assertThat(server.post("/flows/F", "{}"))
        .isEqualTo(Answer.failure(409, "flow F exists already"));
    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}"))
        .isEqualTo(Answer.failure(409, "step F/1/start exists already"));
    assertThat(server.post("/flows/F", "{}", "Idempotency-Key", "k").status()).isEqualTo(503);
    assertThat(events()).isEqualTo(4);
  }

  @Test
  void entriesOfABulkRequestAreForLater() {
    givenATaskThatTheViewHasNot();

    Answer answer =
        server.bulk(
            json("{'type': 'step', 'flow_id': 'F', 'run_number': 'argo-1', 'step_name': 's'}"));
    assertThat(answer.body())
        .contains("503", "the view of partition 0 has not come to 0@1 yet, try again");
  }
}
