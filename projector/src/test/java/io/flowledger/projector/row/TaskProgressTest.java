package io.flowledger.projector.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.TaskProgress.End;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TaskProgressTest {

  private static final TaskProgress INITIAL = TaskProgress.initial();

  /**
   * @param startedAt 0 where it is not known
   */
  private static void assertLatest(TaskProgress progress, int attempt, long startedAt, End end) {
    assertThat(progress.attempt()).isEqualTo(attempt);
    assertThat(progress.startedAt().orElse(0)).isEqualTo(startedAt);
    assertThat(progress.end()).isEqualTo(end);
  }

  @Test
  void knowsNoAttemptAtFirst() {
    assertThat(INITIAL.isBegun()).isFalse();
    assertThat(INITIAL.attempts()).isZero();
    assertThat(INITIAL.firstStartedAt()).isEmpty();
    assertThat(INITIAL.endedAt()).isEmpty();
    assertLatest(INITIAL, 0, 0, End.NONE);
  }

  @Test
  void followsAnAttempt() {
    TaskProgress begun = INITIAL.withAttempt(0, 10, 1);
    assertThat(begun.isBegun()).isTrue();
    assertLatest(begun, 0, 10, End.NONE);

    TaskProgress succeeded = begun.withOutcome(0, true, 15, 2);
    assertLatest(succeeded, 0, 10, End.SUCCEEDED);
    assertThat(succeeded.endedAt()).isEqualTo(OptionalLong.of(15));
    assertThat(succeeded.withDone(0, 16, 3)).isSameAs(succeeded);

    assertLatest(begun.withOutcome(0, false, 15, 2), 0, 10, End.FAILED);
  }

  @Test
  void isDoneUntilItSaysHow() {
    TaskProgress done = INITIAL.withDone(0, 15, 5);
    assertLatest(done, 0, 0, End.DONE);
    assertThat(done.attempts()).isEqualTo(1);

    assertLatest(done.withOutcome(0, true, 14, 4), 0, 0, End.SUCCEEDED);
  }

  @Test
  void startsAgainWithTheNextAttempt() {
    TaskProgress retried =
        INITIAL.withAttempt(0, 10, 1).withOutcome(0, false, 15, 2).withAttempt(1, 20, 3);

    assertLatest(retried, 1, 20, End.NONE);
    assertThat(retried.endedAt()).isEmpty();
    assertThat(retried.attempts()).isEqualTo(2);
    assertThat(retried.firstStartedAt()).isEqualTo(OptionalLong.of(10));
    assertLatest(retried.withOutcome(1, true, 25, 4), 1, 20, End.SUCCEEDED);
  }

  @Test
  void isNotEndedByAnEarlierAttemptThatIsNotDeadYet() {
    TaskProgress retried = INITIAL.withAttempt(0, 10, 1).withAttempt(1, 20, 2);

    assertThat(retried.withOutcome(0, false, 21, 3)).isSameAs(retried);
    assertThat(retried.withDone(0, 21, 3)).isSameAs(retried);
  }

  @Test
  void startsAgainUnderTheSameNumber() {
    TaskProgress again =
        INITIAL.withAttempt(0, 10, 1).withOutcome(0, false, 15, 2).withAttempt(0, 20, 3);

    assertLatest(again, 0, 20, End.NONE);
    assertThat(again.attempts()).isEqualTo(2);
    assertThat(again.withAttempt(0, 21, 4).attempts()).isEqualTo(2);
    assertLatest(again.withOutcome(0, true, 25, 5), 0, 20, End.SUCCEEDED);
  }

  @Test
  void startsAgainFromTheFirstNumber() {
    TaskProgress failed = INITIAL.withAttempt(3, 10, 1).withOutcome(3, false, 15, 2);

    assertThat(failed.withAttempt(0, 14, 9).end()).isEqualTo(End.FAILED);
    assertLatest(failed.withAttempt(0, 20, 3), 0, 20, End.NONE);
  }

  @Test
  void staysASuccess() {
    TaskProgress succeeded = INITIAL.withAttempt(0, 10, 1).withOutcome(0, true, 15, 2);

    assertLatest(succeeded.withAttempt(0, 20, 3), 0, 20, End.SUCCEEDED);
  }

  @Test
  void countsAnEntryThatComesTwiceOnce() {
    TaskProgress twice = INITIAL.withAttempt(0, 10, 1).withAttempt(0, 11, 2);

    assertThat(twice.attempts()).isEqualTo(1);
    assertThat(twice.firstStartedAt()).isEqualTo(OptionalLong.of(10));
  }

  @Test
  void comparesTimesAndThenIds() {
    TaskProgress failed = INITIAL.withAttempt(0, 10, 1).withOutcome(0, false, 10, 2);

    assertLatest(failed, 0, 10, End.FAILED);
    assertLatest(failed.withOutcome(0, true, 9, 9), 0, 10, End.FAILED);
    assertLatest(failed.withOutcome(0, true, 10, 3), 0, 10, End.SUCCEEDED);
    assertLatest(failed.withAttempt(0, 10, 3), 0, 10, End.NONE);
  }

  @Test
  void endsTheSameInWhateverOrderTheEntriesOfAnAttemptArrive() {
    TaskProgress inOrder =
        INITIAL.withAttempt(1, 10, 1).withOutcome(1, false, 15, 2).withDone(1, 16, 3);
    TaskProgress reversed =
        INITIAL.withDone(1, 16, 3).withOutcome(1, false, 15, 2).withAttempt(1, 10, 1);

    assertThat(reversed.bytes()).isEqualTo(inOrder.bytes());
  }

  @Test
  void learnsTheFirstStartLate() {
    TaskProgress second = INITIAL.withAttempt(1, 20, 2);

    TaskProgress both = second.withAttempt(0, 10, 1);

    assertLatest(both, 1, 20, End.NONE);
    assertThat(both.firstStartedAt()).isEqualTo(OptionalLong.of(10));
  }

  @Test
  void isEightNumbers() {
    TaskProgress progress =
        INITIAL.withAttempt(0, 3, 1).withAttempt(2, 4, 5).withOutcome(2, false, 6, 7);

    assertThat(HexFormat.of().formatHex(progress.bytes()))
        .isEqualTo(
            "0000000000000002"
                + "0000000000000002"
                + "0000000000000003"
                + "0000000000000004"
                + "0000000000000005"
                + "0000000000000002"
                + "0000000000000006"
                + "0000000000000007");
    assertLatest(new TaskProgress(progress.bytes()), 2, 4, End.FAILED);
  }
}
