package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.MetadataBatch;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When metadata of a task is recorded, or tags of a run are changed, then these rows are there. */
class RecordsTest extends ProjectionTest {

  @Nested
  class TagsOfARun {

    private final RunRegistered tagged =
        Events.run(2, "F", 7, "argo-x", List.of("b", "a"), List.of("s1", "s2"), 5L, 2000);

    private void given() {
      RecordsTest.this.given(FLOW, tagged);
    }

    private void assertTags(List<String> expected, List<String> remove, List<String> add) {
      assertApplied(
          Events.tags(3, "F", 7, remove, add, 3000),
          row(Keys.run(7), RunRow.of(tagged).withTags(expected).bytes()));
      RunRow row = new RunRow(bytes(Keys.run(7)));
      assertThat(row.tags()).isEqualTo(expected);
      assertThat(row.systemTags()).isEqualTo(List.of("s1", "s2"));
    }

    @Test
    void areAddedAtTheEndInTheOrderSent() {
      given();
      assertTags(List.of("b", "a", "d", "c"), List.of(), List.of("d", "a", "c", "d"));
    }

    @Test
    void areRemoved() {
      given();
      assertTags(List.of("a"), List.of("b", "unknown"), List.of());
    }

    @Test
    void areRemovedBeforeTheyAreAdded() {
      given();
      assertTags(List.of("a", "b"), List.of("b"), List.of("b"));
    }

    @Test
    void neverBecomeThoseThatAreSystemTags() {
      given();
      assertTags(List.of("b", "a", "c"), List.of(), List.of("s1", "c", "s2"));
    }

    @Test
    void stayInTheSystemWhenRemoved() {
      given();
      assertTags(List.of("b", "a"), List.of("s1"), List.of());
    }

    @Test
    void changeOneAfterTheOther() {
      given();
      assertTags(List.of("b", "a", "c"), List.of(), List.of("c"));
      assertTags(List.of("b", "c"), List.of("a"), List.of());
    }

    @Test
    void keepTheEventThatMadeTheRun() {
      given();
      RecordsTest.this.given(Events.tags(3, "F", 7, List.of("a"), List.of("z"), 3000));

      assertThat(new RunRow(bytes(Keys.run(7))).creator()).isEqualTo(RunRow.of(tagged).creator());
    }

    @Test
    void needTheRun() {
      given();
      assertRejected(
          "run F/8 is not registered", Events.tags(3, "F", 8, List.of(), List.of("c"), 3000));
    }

    @Test
    void needTheRunToBeOneOfTheFlow() {
      given();
      RecordsTest.this.given(Events.flow(4, "G", 1001));
      assertRejected(
          "run G/7 is not registered", Events.tags(3, "G", 7, List.of(), List.of("c"), 3000));
    }
  }

  @Nested
  class Metadata {

    private void given() {
      RecordsTest.this.given(FLOW, RUN, STEP, TASK);
    }

    private SpecificRecord recorded(MetadataEntry... entries) {
      return Events.metadata(9, "F", 7, "start", 8, 5000, List.of(entries));
    }

    private MetadataRecorded event(MetadataEntry... entries) {
      return Events.metadata(9, "F", 7, "start", 8, 5000, List.of(entries));
    }

    private Row[] rows(MetadataRecorded... batches) {
      List<Row> rows = new ArrayList<>();
      for (MetadataRecorded event : batches) {
        List<MetadataBatch> made = MetadataBatch.of(event, TASK_ROW);
        assertThat(made).hasSize(1);
        MetadataBatch batch = made.get(0);
        var place = new Cursor.ByNumber(5000, batch.lowestId());
        byte[] key = Keys.metadata(7, "start", 8, place);
        rows.add(row(key, batch.bytes()));
        rows.add(row(Keys.metadataInRun(7, place), key));
      }
      return rows.toArray(Row[]::new);
    }

    @Test
    void isKeptByTaskAndByRun() {
      given();
      MetadataEntry origin = Events.entry(20, "origin-run-id", "6");
      MetadataEntry script = Events.entry(21, "script-name", "flow.py");

      assertApplied(recorded(origin, script), rows(event(origin, script)));
    }

    @Test
    void ofAnAttemptIsProgressOfTheTask() {
      given();
      MetadataEntry attempt = Events.entry(20, "attempt", "0");
      Row progress =
          row(
              Keys.taskProgress(7, "start", 8),
              TaskProgress.initial().withAttempt(0, 5000, 20).bytes());

      assertApplied(
          recorded(attempt),
          Stream.concat(Stream.of(rows(event(attempt))), Stream.of(progress)).toArray(Row[]::new));
    }

    @Test
    void isKeptInOneRowAsFarAsItsNumbersFollowOneAnother() {
      given();
      MetadataEntry low = Events.entry(20, "a", "0");
      MetadataEntry mid = Events.entry(22, "b", "1");
      MetadataEntry high = Events.entry(23, "c", "2");

      assertApplied(recorded(high, low, mid), rows(event(mid, high), event(low)));
    }

    @Test
    void ofTheSameNumberIsTheLast() {
      given();
      MetadataEntry before = Events.entry(20, "a", "0");
      MetadataEntry after = Events.entry(20, "b", "1");

      assertApplied(recorded(before, after), rows(event(after)));
    }

    @Test
    void ofManyEntriesIsKeptInRowsOfBoundedSize() {
      given();
      List<MetadataEntry> many =
          LongStream.range(1, 131).mapToObj(id -> Events.entry(id, "a", "0")).toList();
      List<MetadataEntry> large =
          LongStream.range(200, 203)
              .mapToObj(id -> Events.entry(id, "a", "x".repeat(70_000)))
              .toList();

      assertApplied(
          recorded(many.toArray(MetadataEntry[]::new)),
          rows(
              event(many.subList(66, 130).toArray(MetadataEntry[]::new)),
              event(many.subList(2, 66).toArray(MetadataEntry[]::new)),
              event(many.subList(0, 2).toArray(MetadataEntry[]::new))));
      assertApplied(
          recorded(large.toArray(MetadataEntry[]::new)),
          large.stream().flatMap(entry -> Stream.of(rows(event(entry)))).toArray(Row[]::new));
    }

    @Test
    void ofNoEntriesIsNothing() {
      given();
      assertApplied(recorded());
    }

    @Test
    void isRecordedWholeOrNotAtAll() {
      given();
      assertRejected(
          "not usable as a name: 'a\\0b'",
          recorded(Events.entry(20, "fine", "1"), Events.entry(21, "a\0b", "1")));
    }

    @Test
    void needsItsTaskInItsRunAndStep() {
      MetadataEntry entry = Events.entry(20, "attempt", "0");
      assertRejected("task 7/start/8 is not registered", recorded(entry));
      given();
      RecordsTest.this.given(END, Events.run(10, "F", 11, null, null, 2001));
      assertRejected(
          "task 7/end/8 is not registered",
          Events.metadata(9, "F", 7, "end", 8, 5000, List.of(entry)));
      assertRejected(
          "task 11/start/8 is not registered",
          Events.metadata(9, "F", 11, "start", 8, 5000, List.of(entry)));
      assertRejected(
          "task 7/start/8 is not registered",
          Events.metadata(9, "G", 7, "start", 8, 5000, List.of(entry)));
    }
  }
}
