package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.MetadataEntry;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.TaskProgress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Given metadata of a task, then the row of its progress. */
class TaskOutcomesTest {

  private static final TaskProgress INITIAL = TaskProgress.initial();

  private final InMemoryView view = new InMemoryView();

  private void recorded(long ts, MetadataEntry... entries) {
    TaskOutcomes.record(Events.metadata(9, "F", 7, "start", 8, ts, List.of(entries)), view);
  }

  /** The progress is the only row. */
  private void assertProgress(TaskProgress expected) {
    InMemoryView rows = new InMemoryView();
    rows.put(Keys.taskProgress(7, "start", 8), expected.bytes());
    assertThat(view.rows()).isEqualTo(rows.rows());
  }

  private static MetadataEntry tagged(String field, String value, String... tags) {
    return new MetadataEntry(20L, field, value, "text", "ada", List.of(tags), null);
  }

  @Test
  void followTheEntriesOfAnEventInTheirOrder() {
    recorded(
        5000,
        Events.entry(20, "origin-run-id", "6"),
        Events.entry(21, "attempt", "0"),
        Events.entry(22, "attempt_ok", "True"));
    recorded(5001, Events.entry(23, "attempt-done", "0"));

    assertProgress(INITIAL.withAttempt(0, 5000, 21).withOutcome(0, true, 5000, 22));
  }

  @Test
  void followTheEventsOfATask() {
    recorded(5000, tagged("attempt", "0"));
    recorded(5001, tagged("attempt_ok", "False", "attempt_id:0"));
    recorded(5002, tagged("attempt-done", "0"));
    recorded(5003, tagged("attempt", "1"));
    recorded(5004, tagged("attempt_ok", "True", "attempt_id:1"));

    assertProgress(
        INITIAL
            .withAttempt(0, 5000, 20)
            .withOutcome(0, false, 5001, 20)
            .withAttempt(1, 5003, 20)
            .withOutcome(1, true, 5004, 20));
  }

  @Test
  void areDoneWhereNothingElseIsSaid() {
    recorded(5000, tagged("attempt-done", "0", "attempt_id:0"));

    assertProgress(INITIAL.withDone(0, 5000, 20));
  }

  @Test
  void nameTheAttemptByTheFirstTagThatDoes() {
    recorded(
        5000,
        tagged("attempt_ok", "True", "x", "attempt_id:", "attempt_id:2", "attempt_id:3", "my:4"));

    assertProgress(INITIAL.withOutcome(2, true, 5000, 20));
  }

  @Test
  void areOfTheLatestAttemptWhereNoTagSaysOfWhich() {
    recorded(5000, tagged("attempt", "3"));
    recorded(5001, new MetadataEntry(21L, "attempt_ok", "False", "t", null, null, null));

    assertProgress(INITIAL.withAttempt(3, 5000, 20).withOutcome(3, false, 5001, 21));
  }

  @ParameterizedTest
  @CsvSource({"True, true", "yes, true", "1, true", "False, false", "NO, false", "0, false"})
  void areToldInManyWords(String value, boolean ok) {
    recorded(5000, tagged("attempt_ok", value, "attempt_id:0"));

    assertProgress(INITIAL.withOutcome(0, ok, 5000, 20));
  }

  @ParameterizedTest
  @CsvSource({
    "attempt_ok, perhaps",
    "attempt, one",
    "attempt, -1",
    "attempt, 1234567890",
    "attempt, ''",
    "attempt-done, True",
    "attempts, 0",
    "attempt_ok_not, True",
    "origin, 0"
  })
  void areNotToldByAnythingElse(String field, String value) {
    recorded(5000, tagged(field, value, "attempt_id:0"));

    assertThat(view.rows()).isEmpty();
  }
}
