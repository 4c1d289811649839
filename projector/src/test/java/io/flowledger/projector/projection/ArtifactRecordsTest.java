package io.flowledger.projector.projection;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.ArtifactBatch;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When artifacts of a task are recorded, then these rows are there. */
class ArtifactRecordsTest extends ProjectionTest {

  @Nested
  class Artifacts {

    private void given() {
      ArtifactRecordsTest.this.given(FLOW, RUN, STEP, TASK);
    }

    private ArtifactsRecorded recorded(ArtifactEntry... entries) {
      return at(5000, entries);
    }

    private ArtifactsRecorded at(long ts, ArtifactEntry... entries) {
      return Events.artifacts(9, "F", 7, "start", 8, ts, List.of(entries));
    }

    private Row batch(
        ArtifactsRecorded event, @Nullable ArtifactBatch before, ArtifactEntry... entries) {
      return row(
          Keys.artifacts(8, entries[0].getAttemptId(), event.getTsEpoch()),
          ArtifactBatch.of(event, List.of(entries), TASK_ROW, before).bytes());
    }

    private Row[] inLists(int attempt, long ts) {
      return new Row[] {
        row(Keys.artifactsInList(new ArtifactScope.OfRun(7), attempt, ts, 8)),
        row(Keys.artifactsInList(new ArtifactScope.OfStep(7, "start"), attempt, ts, 8))
      };
    }

    private Row first(int attempt, long ts) {
      return row(Keys.firstArtifacts(8, attempt), Events.number(ts));
    }

    private Row later(int attempt, String name, long ts) {
      return row(Keys.laterArtifact(8, attempt, name), Events.number(ts));
    }

    private Row[] rows(Object... rows) {
      return Stream.of(rows)
          .flatMap(row -> row instanceof Row one ? Stream.of(one) : Stream.of((Row[]) row))
          .toArray(Row[]::new);
    }

    @Test
    void areKeptInOneRowAndInTheListsOfStepAndRun() {
      given();
      ArtifactEntry x = Events.artifact("x", 0, "s3://1");
      ArtifactEntry y = Events.artifact("y", 0, "s3://2");

      assertApplied(
          recorded(x, y), rows(batch(recorded(), null, x, y), inLists(0, 5000), first(0, 5000)));
    }

    @Test
    void ofAnotherAttemptAreOthers() {
      given();
      ArtifactRecordsTest.this.given(recorded(Events.artifact("x", 0, "s3://1")));
      ArtifactEntry retried = Events.artifact("x", 1, "s3://2");

      assertApplied(
          recorded(retried),
          rows(batch(recorded(), null, retried), inLists(1, 5000), first(1, 5000)));
    }

    @Test
    void ofSeveralAttemptsAreKeptApart() {
      given();
      ArtifactEntry one = Events.artifact("x", 0, "s3://1");
      ArtifactEntry other = Events.artifact("x", 1, "s3://2");

      assertApplied(
          recorded(other, one),
          rows(
              batch(recorded(), null, one),
              inLists(0, 5000),
              first(0, 5000),
              batch(recorded(), null, other),
              inLists(1, 5000),
              first(1, 5000)));
    }

    @Test
    void thatComeLaterAreFoundByTheirNames() {
      given();
      ArtifactRecordsTest.this.given(recorded(Events.artifact("x", 0, "s3://1")));
      ArtifactEntry y = Events.artifact("y", 0, "s3://2");

      assertApplied(
          at(6000, y), rows(batch(at(6000), null, y), inLists(0, 6000), later(0, "y", 6000)));
      assertPuts(new Verdict.Superseded("1 artifacts of task 8"), at(7000, y));
    }

    @Test
    void thatAreThereAreSupersededAndTheOthersKept() {
      given();
      ArtifactRecordsTest.this.given(
          recorded(Events.artifact("x", 0, "s3://1"), Events.artifact("y", 0, "s3://1")));
      ArtifactEntry again = Events.artifact("x", 0, "s3://2");
      ArtifactEntry other = Events.artifact("z", 0, "s3://2");
      ArtifactEntry andAgain = Events.artifact("y", 0, "s3://2");

      assertPuts(
          new Verdict.Superseded("2 artifacts of task 8"),
          at(6000, again, other, andAgain),
          rows(batch(at(6000), null, other), inLists(0, 6000), later(0, "z", 6000)));
    }

    @Test
    void ofTheSameMillisecondAreKeptTogether() {
      given();
      ArtifactEntry x = Events.artifact("x", 0, "s3://1");
      ArtifactEntry a = Events.artifact("a", 0, "s3://2");
      ArtifactEntry z = Events.artifact("z", 0, "s3://2");
      ArtifactRecordsTest.this.given(recorded(x));
      ArtifactBatch before = ArtifactBatch.of(recorded(), List.of(x), TASK_ROW, null);

      assertApplied(recorded(a, z), batch(recorded(), before, a, z));
    }

    @Test
    void ofTheSameNameInOneRequestAreTheFirst() {
      given();
      ArtifactEntry first = Events.artifact("x", 0, "s3://1");
      ArtifactEntry second = Events.artifact("x", 0, "s3://2");

      assertPuts(
          new Verdict.Superseded("1 artifacts of task 8"),
          recorded(first, second),
          rows(batch(recorded(), null, first), inLists(0, 5000), first(0, 5000)));
    }

    @Test
    void areRecordedAllOrNoneWhenANameIsUnusable() {
      given();
      assertRejected(
          "not usable as a name: 'a\\0b'",
          recorded(Events.artifact("x", 0, "s3://1"), Events.artifact("a\0b", 0, "s3://1")));
    }

    @Test
    void needTheirTask() {
      ArtifactRecordsTest.this.given(FLOW, RUN, STEP);
      assertRejected(
          "task 7/start/8 is not registered", recorded(Events.artifact("x", 0, "s3://1")));
      ArtifactRecordsTest.this.given(TASK);
      assertRejected(
          "task 7/start/8 is not registered",
          Events.artifacts(
              9, "G", 7, "start", 8, 5000, List.of(Events.artifact("x", 0, "s3://1"))));
    }
  }
}
