package io.flowledger.projector.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunProgressTest {

  private static final RunProgress INITIAL = RunProgress.initial();

  private static void assertStatus(RunProgress progress, RunStatus alive, RunStatus silent) {
    assertThat(progress.status(true)).isEqualTo(alive);
    assertThat(progress.status(false)).isEqualTo(silent);
  }

  @Test
  void isRunningWhileItBeatsAndFailedAfterwards() {
    assertStatus(INITIAL, RunStatus.RUNNING, RunStatus.FAILED);
    assertStatus(INITIAL.withAttempt(5, 1), RunStatus.RUNNING, RunStatus.FAILED);
  }

  @Test
  void isCompletedForGoodOnceTheLatestOutcomeIsTrue() {
    RunProgress ok = INITIAL.withOutcome(true, 5, 1);

    assertStatus(ok, RunStatus.COMPLETED, RunStatus.COMPLETED);
    assertStatus(ok.withAttempt(6, 2), RunStatus.COMPLETED, RunStatus.COMPLETED);
  }

  @Test
  void isFailedUntilALaterAttemptBegins() {
    RunProgress failed = INITIAL.withAttempt(4, 1).withOutcome(false, 5, 2);

    assertStatus(failed, RunStatus.FAILED, RunStatus.FAILED);
    assertStatus(failed.withAttempt(6, 3), RunStatus.RUNNING, RunStatus.RUNNING);
  }

  @Test
  void comparesTimesAndThenIds() {
    RunProgress failed = INITIAL.withOutcome(false, 5, 2);

    assertStatus(failed.withAttempt(5, 1), RunStatus.FAILED, RunStatus.FAILED);
    assertStatus(failed.withAttempt(5, 2), RunStatus.FAILED, RunStatus.FAILED);
    assertStatus(failed.withAttempt(5, 3), RunStatus.RUNNING, RunStatus.RUNNING);
  }

  @Test
  void isNotChangedByWhatIsOlder() {
    RunProgress progress = INITIAL.withOutcome(false, 5, 2).withAttempt(7, 3);

    assertThat(progress.withOutcome(true, 4, 9)).isSameAs(progress);
    assertThat(progress.withOutcome(true, 5, 2)).isSameAs(progress);
    assertThat(progress.withAttempt(6, 9)).isSameAs(progress);
  }

  @Test
  void endsTheSameInWhateverOrderThingsArrive() {
    RunProgress inOrder = INITIAL.withAttempt(4, 1).withOutcome(false, 5, 2).withAttempt(6, 3);
    RunProgress reversed = INITIAL.withAttempt(6, 3).withOutcome(false, 5, 2).withAttempt(4, 1);

    assertThat(reversed.bytes()).isEqualTo(inOrder.bytes());
  }

  @Test
  void keepsTheHeartbeatOfTasksBesides() {
    RunProgress progress = INITIAL.withOutcome(false, 5, 2).withTaskHeartbeat(60).withAttempt(6, 3);

    assertThat(INITIAL.taskHeartbeat()).isEmpty();
    assertThat(progress.taskHeartbeat()).isEqualTo(OptionalLong.of(60));
    assertStatus(progress, RunStatus.RUNNING, RunStatus.RUNNING);
  }

  @Test
  void isSixNumbers() {
    RunProgress progress = INITIAL.withTaskHeartbeat(1).withOutcome(false, 3, 4).withAttempt(5, 6);

    assertThat(HexFormat.of().formatHex(progress.bytes()))
        .isEqualTo(
            "0000000000000001"
                + "0000000000000002"
                + "0000000000000003"
                + "0000000000000004"
                + "0000000000000005"
                + "0000000000000006");
    assertThat(new RunProgress(progress.bytes()).status(false)).isEqualTo(RunStatus.RUNNING);
  }
}
