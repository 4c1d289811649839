package io.flowledger.query.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.TaskProgress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TaskSummaryTest {

  private static final TaskProgress NOTHING = TaskProgress.initial();
  private static final Silence SILENCE = new Silence(100_000, Duration.ofSeconds(360));

  private final TaskSummary summary = new TaskSummary(false, SILENCE);

  private void task(String step, long id, TaskProgress progress) {
    summary.add(Tasks.task(step, id, 0, progress, OptionalLong.empty()));
  }

  private static TaskProgress ended(long startedAt, long endedAt, boolean ok) {
    return NOTHING.withAttempt(0, startedAt, 1).withOutcome(0, ok, endedAt, 2);
  }

  private static List<Long> ids(List<TaskStatus> tasks) {
    return tasks.stream().map(status -> status.task().row().id()).toList();
  }

  @Test
  void ofNothingIsNothing() {
    assertThat(summary.steps()).isEmpty();
    assertThat(summary.all().count()).isZero();
    assertThat(summary.all().startedAt()).isEmpty();
    assertThat(summary.all().finishedAt()).isEmpty();
  }

  @Test
  void sumsUpStepByStep() {
    summary.add(Tasks.step("start"));
    task("start", 1, ended(10, 20, false).withAttempt(1, 30, 3).withOutcome(1, true, 40, 4));
    summary.add(Tasks.step("each"));
    task("each", 4, NOTHING);
    task("each", 3, NOTHING.withAttempt(0, 60, 1));
    task("each", 2, ended(50, 70, true));

    TaskTotals start = summary.steps().get(0).tasks();
    TaskTotals each = summary.steps().get(1).tasks();
    assertThat(summary.steps()).extracting(StepSummary::name).containsExactly("start", "each");
    assertThat(start.count()).isEqualTo(1);
    assertThat(start.attempts()).isEqualTo(2);
    assertThat(start.startedAt()).isEqualTo(OptionalLong.of(10));
    assertThat(start.finishedAt()).isEqualTo(OptionalLong.of(40));
    assertThat(each.count()).isEqualTo(3);
    assertThat(each.count(Lifecycle.PENDING)).isEqualTo(1);
    assertThat(each.count(Lifecycle.RUNNING)).isEqualTo(1);
    assertThat(each.count(Lifecycle.COMPLETED)).isEqualTo(1);
    assertThat(each.startedAt()).isEqualTo(OptionalLong.of(50));
    assertThat(each.finishedAt()).isEmpty();
    assertThat(summary.all().count()).isEqualTo(4);
    assertThat(summary.all().attempts()).isEqualTo(4);
  }

  @Test
  void keepsTheNewestFailuresAndCountsAll() {
    summary.add(Tasks.step("each"));
    LongStream.rangeClosed(1, 150).forEach(id -> task("each", id, ended(0, 1000 + id / 2, false)));

    assertThat(summary.all().count(Lifecycle.FAILED)).isEqualTo(150);
    assertThat(ids(summary.failures()))
        .isEqualTo(LongStream.rangeClosed(51, 150).map(n -> 201 - n).boxed().toList());
  }

  @Test
  void keepsTheFiveThatTookLongest() {
    summary.add(Tasks.step("each"));
    task("each", 1, ended(10, 20, true));
    task("each", 2, ended(10, 50, true));
    task("each", 3, ended(10, 40, false));
    task("each", 4, NOTHING.withAttempt(0, 99_000, 1));
    task("each", 5, ended(10, 50, true));
    task("each", 6, NOTHING);
    task("each", 7, ended(10, 21, true));

    assertThat(ids(summary.longest())).containsExactly(4L, 2L, 5L, 3L, 7L);
  }
}
