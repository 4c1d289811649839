package io.flowledger.ingest.metaflow;

import static io.flowledger.ingest.fixture.IngestServer.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Heartbeat;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import org.junit.jupiter.api.Test;

/** Runs and tasks beat. */
final class HeartbeatRoutesTest extends IngestTest {

  private static final String BEAT = "\"{\\\"wait_time_in_seconds\\\": 10}\"";

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
}
