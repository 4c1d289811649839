package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.IdsClaimed;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.readmodel.ArtifactBatch;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.MetadataBatch;
import io.flowledger.projector.readmodel.RunProgress;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.RunStatus;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskProgress;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.schemas.EventSerde;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Given events, when one more arrives, then exactly these rows are there. */
class EventsProjectionTest {

  private static final FlowRegistered FLOW = Events.flow(1, "F", 1000);
  private static final RunRegistered RUN = Events.run(2, "F", 7, null, null, 2000);
  private static final StepRegistered STEP = Events.step(3, "F", 7, "start", 3000);
  private static final StepRegistered END = Events.step(4, "F", 7, "end", 3001);
  private static final TaskRegistered TASK = Events.task(5, "F", 7, "start", 8, null, null, 4000);
  private static final TaskRegistered LAST = Events.task(6, "F", 7, "end", 9, null, null, 4001);

  private static final RunRow RUN_ROW = RunRow.of(RUN);
  private static final TaskRow TASK_ROW = TaskRow.of(TASK, RUN_ROW);

  private final EventSerde serde = Events.serde();
  private final EventsProjection projection = new EventsProjection(serde);
  private final InMemoryView view = new InMemoryView();
  private long offset;

  private void given(SpecificRecord... events) {
    for (SpecificRecord event : events) {
      assertThat(when(event)).isEqualTo(Verdict.APPLIED);
    }
  }

  private Verdict when(SpecificRecord event) {
    return projection.apply(Events.key(event), serde.serialize(event), offset++, view);
  }

  /** The event changes nothing. */
  private void assertIgnored(Verdict expected, SpecificRecord event) {
    SortedMap<String, String> before = objects();
    assertThat(when(event)).isEqualTo(expected);
    assertThat(objects()).isEqualTo(before);
  }

  /** All rows but those of the history, which every event is noted in. */
  private SortedMap<String, String> objects() {
    SortedMap<String, String> rows = view.rows();
    rows.keySet().removeIf(key -> key.startsWith(Integer.toHexString('h')));
    return rows;
  }

  private void assertSuperseded(String by, SpecificRecord event) {
    assertIgnored(new Verdict.Superseded(by), event);
  }

  private void assertRejected(String reason, SpecificRecord event) {
    assertIgnored(new Verdict.Rejected(reason), event);
  }

  /** The event is applied and adds or changes exactly the given rows, beside the indexes. */
  private void assertApplied(SpecificRecord event, Row... rows) {
    assertPuts(Verdict.APPLIED, event, rows);
  }

  private void assertPuts(Verdict verdict, SpecificRecord event, Row... rows) {
    InMemoryView changes = new InMemoryView();
    ViewWriter noting =
        new ViewWriter() {
          @Override
          public byte @Nullable [] get(byte[] key) {
            return view.get(key);
          }

          @Override
          public void put(byte[] key, byte[] value) {
            changes.put(key, value);
            view.put(key, value);
          }

          @Override
          public void append(byte[] key, byte[] addition) {
            view.append(key, addition);
          }

          @Override
          public void putOnce(KeyBuilder key) {
            view.putOnce(key);
          }
        };
    assertThat(projection.apply(Events.key(event), serde.serialize(event), offset++, noting))
        .isEqualTo(verdict);
    InMemoryView expected = new InMemoryView();
    for (Row row : rows) {
      expected.put(row.key, row.value);
    }
    assertThat(changes.rows()).isEqualTo(expected.rows());
  }

  private static final class Row {
    final byte[] key;
    final byte[] value;

    Row(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }
  }

  private static Row row(byte[] key, byte[] value) {
    return new Row(key, value);
  }

  private static Row row(byte[] key) {
    return new Row(key, new byte[0]);
  }

  @Nested
  class AFlow {

    @Test
    void isKeptByNameAndInTheList() {
      FlowRow flow = FlowRow.of(FLOW);

      assertApplied(
          FLOW,
          row(Keys.flow("F"), flow.bytes()),
          row(Keys.flowInList(new Cursor.ByName(1000, "F")), flow.bytes()));
    }

    @Test
    void ofANameThatIsThereIsSuperseded() {
      given(FLOW);
      assertSuperseded("flow F", Events.flow(9, "F", 9000));
    }

    @Test
    void needsAName() {
      assertRejected("not usable as a name: ''", Events.flow(1, "", 1000));
      assertRejected("not usable as a name: 'a\\0b'", Events.flow(1, "a\0b", 1000));
    }
  }

  @Nested
  class ARun {

    @Test
    void isKeptByNumberAndInTheListOfItsFlow() {
      given(FLOW);

      assertApplied(
          RUN,
          row(Keys.run(7), RUN_ROW.bytes()),
          row(Keys.runInList("F", new Cursor.ByNumber(2000, 7))));
    }

    @Test
    void withANameIsKeptByNameToo() {
      given(FLOW);
      RunRegistered named = Events.run(2, "F", 7, "argo-x", 2L, 2000);

      assertApplied(
          named,
          row(Keys.run(7), RunRow.of(named).bytes()),
          row(Keys.runInList("F", new Cursor.ByNumber(2000, 7))),
          row(Keys.runByName("F", "argo-x"), Events.number(7)));
    }

    @Test
    void ofANameThatIsThereIsSuperseded() {
      given(FLOW, Events.run(2, "F", 7, "argo-x", null, 2000));
      assertSuperseded("run F/argo-x", Events.run(3, "F", 8, "argo-x", null, 2001));
    }

    @Test
    void ofTheSameNameInAnotherFlowIsAnother() {
      given(FLOW, Events.flow(2, "G", 1001), Events.run(3, "F", 7, "argo-x", null, 2000));
      given(Events.run(4, "G", 8, "argo-x", null, 2001));
    }

    @Test
    void ofANumberThatIsThereIsSupersededEvenInAnotherFlow() {
      given(FLOW, Events.flow(2, "G", 1001), RUN);
      assertSuperseded("run number 7", Events.run(3, "F", 7, null, null, 2001));
      assertSuperseded("run number 7", Events.run(4, "G", 7, "argo-x", null, 2001));
    }

    @Test
    void needsItsFlow() {
      assertRejected("flow F is not registered", RUN);
    }

    @Test
    void cannotBeNamedLikeANumberOrNothing() {
      given(FLOW);
      assertRejected("not usable as a name: '12'", Events.run(2, "F", 7, "12", null, 2000));
      assertRejected("not usable as a name: ''", Events.run(2, "F", 7, "", null, 2000));
      assertRejected("not usable as a name: '\\0'", Events.run(2, "F", 7, "\0", null, 2000));
    }
  }

  @Nested
  class TagsOfARun {

    private final RunRegistered tagged =
        Events.run(2, "F", 7, "argo-x", List.of("b", "a"), List.of("s1", "s2"), 5L, 2000);

    private void given() {
      EventsProjectionTest.this.given(FLOW, tagged);
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
      EventsProjectionTest.this.given(Events.tags(3, "F", 7, List.of("a"), List.of("z"), 3000));

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
      EventsProjectionTest.this.given(Events.flow(4, "G", 1001));
      assertRejected(
          "run G/7 is not registered", Events.tags(3, "G", 7, List.of(), List.of("c"), 3000));
    }
  }

  private byte[] bytes(byte[] key) {
    byte[] row = view.get(key);
    assertThat(row).isNotNull();
    return row == null ? new byte[0] : row;
  }

  @Nested
  class AStep {

    @Test
    void isKeptByNameAndInTheListOfItsRun() {
      given(FLOW, RUN);
      StepRow step = StepRow.of(STEP, RUN_ROW);

      assertApplied(
          STEP,
          row(Keys.step(7, "start"), step.bytes()),
          row(Keys.stepInList(7, new Cursor.ByName(3000, "start")), step.bytes()));
    }

    @Test
    void ofANameThatIsThereIsSuperseded() {
      given(FLOW, RUN, STEP);
      assertSuperseded("step 7/start", Events.step(9, "F", 7, "start", 9000));
    }

    @Test
    void needsItsRunInItsFlow() {
      assertRejected("run F/7 is not registered", STEP);
      given(FLOW, RUN, Events.flow(9, "G", 1001));
      assertRejected("run G/7 is not registered", Events.step(10, "G", 7, "start", 3000));
    }

    @Test
    void needsAName() {
      given(FLOW, RUN);
      assertRejected("not usable as a name: ''", Events.step(3, "F", 7, "", 3000));
      assertRejected("not usable as a name: 'a\\0'", Events.step(3, "F", 7, "a\0", 3000));
    }
  }

  @Nested
  class ATask {

    private void given(SpecificRecord... events) {
      EventsProjectionTest.this.given(FLOW, RUN, STEP);
      EventsProjectionTest.this.given(events);
    }

    @Test
    void isKeptByNumberAndInTheListOfItsStep() {
      given();

      assertApplied(
          TASK,
          row(Keys.task(8), TASK_ROW.bytes()),
          row(Keys.taskInList(7, "start", new Cursor.ByNumber(4000, 8)), TASK_ROW.bytes()));
    }

    @Test
    void withANameIsKeptByNameToo() {
      given();
      TaskRegistered named = Events.task(5, "F", 7, "start", 8, "t-a", null, 4000);
      TaskRow row = TaskRow.of(named, RUN_ROW);

      assertApplied(
          named,
          row(Keys.task(8), row.bytes()),
          row(Keys.taskInList(7, "start", new Cursor.ByNumber(4000, 8)), row.bytes()),
          row(Keys.taskByName(7, "start", "t-a"), Events.number(8)));
    }

    @Test
    void beatsItsRun() {
      given();
      TaskRegistered beating = Events.task(5, "F", 7, "start", 8, null, 60L, 4000);
      TaskRow row = TaskRow.of(beating, RUN_ROW);

      assertApplied(
          beating,
          row(Keys.task(8), row.bytes()),
          row(Keys.taskInList(7, "start", new Cursor.ByNumber(4000, 8)), row.bytes()),
          row(Keys.progress(7), RunProgress.initial().withTaskHeartbeat(60).bytes()));
    }

    @Test
    void beatsItsRunForwardOnly() {
      given(
          Events.task(5, "F", 7, "start", 8, null, 60L, 4000),
          Events.task(6, "F", 7, "start", 9, null, 59L, 4000));
      assertThat(progress().taskHeartbeat()).isEqualTo(OptionalLong.of(60));

      EventsProjectionTest.this.given(Events.task(7, "F", 7, "start", 10, null, 61L, 4000));
      assertThat(progress().taskHeartbeat()).isEqualTo(OptionalLong.of(61));
    }

    @Test
    void ofANameThatIsThereIsSuperseded() {
      given(Events.task(5, "F", 7, "start", 8, "t-a", null, 4000));
      assertSuperseded("task 7/start/t-a", Events.task(6, "F", 7, "start", 9, "t-a", 60L, 4001));
    }

    @Test
    void ofTheSameNameInAnotherStepIsAnother() {
      given(END, Events.task(5, "F", 7, "start", 8, "t-a", null, 4000));
      EventsProjectionTest.this.given(Events.task(6, "F", 7, "end", 9, "t-a", null, 4001));
    }

    @Test
    void ofANumberThatIsThereIsSuperseded() {
      given(END, TASK);
      assertSuperseded("task number 8", Events.task(6, "F", 7, "start", 8, "t-a", 60L, 4001));
      assertSuperseded("task number 8", Events.task(6, "F", 7, "end", 8, null, 60L, 4001));
    }

    @Test
    void needsItsRunAndItsStep() {
      assertRejected("run F/7 is not registered", TASK);
      given(Events.flow(9, "G", 1001));
      assertRejected("step 7/end is not registered", LAST);
      assertRejected(
          "run G/7 is not registered", Events.task(5, "G", 7, "start", 8, null, null, 4000));
    }

    @Test
    void cannotBeNamedLikeANumberOrNothing() {
      given();
      assertRejected(
          "not usable as a name: '0'", Events.task(5, "F", 7, "start", 8, "0", null, 4000));
      assertRejected(
          "not usable as a name: ''", Events.task(5, "F", 7, "start", 8, "", null, 4000));
    }
  }

  @Nested
  class Metadata {

    private void given() {
      EventsProjectionTest.this.given(FLOW, RUN, STEP, TASK);
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
      EventsProjectionTest.this.given(END, Events.run(10, "F", 11, null, null, 2001));
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

  @Nested
  class StatusOfARun {

    private void given() {
      EventsProjectionTest.this.given(FLOW, RUN, STEP, END, TASK, LAST);
    }

    private void recorded(long ts, MetadataEntry... entries) {
      assertThat(when(Events.metadata(9, "F", 7, "end", 9, ts, List.of(entries))))
          .isEqualTo(Verdict.APPLIED);
    }

    @Test
    void isAsAliveAsItsHeartbeatBeforeAnyOutcome() {
      given();
      recorded(5000, Events.entry(20, "attempt", "0"));

      assertThat(progress().status(true)).isEqualTo(RunStatus.RUNNING);
      assertThat(progress().status(false)).isEqualTo(RunStatus.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "true", "T", "yes", "Y", "on", "1"})
    void isCompletedWhenTheLastStepWas(String value) {
      given();
      recorded(5000, Events.entry(20, "attempt_ok", value));

      assertThat(progress().status(false)).isEqualTo(RunStatus.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"False", "false", "F", "no", "N", "off", "0"})
    void isFailedWhenTheLastStepWas(String value) {
      given();
      recorded(5000, Events.entry(20, "attempt_ok", value));

      assertThat(progress().status(true)).isEqualTo(RunStatus.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "perhaps", " true", "2"})
    void isNotChangedByWhatIsNeitherTrueNorFalse(String value) {
      given();
      recorded(5000, Events.entry(20, "attempt_ok", value));

      assertThat(view.get(Keys.progress(7))).isNull();
    }

    @Test
    void isRunningWhileAFailedLastStepIsRetried() {
      given();
      recorded(5000, Events.entry(20, "attempt_ok", "False"));
      recorded(6000, Events.entry(21, "attempt", "1"));
      assertThat(progress().status(false)).isEqualTo(RunStatus.RUNNING);

      recorded(7000, Events.entry(22, "attempt_ok", "False"));
      assertThat(progress().status(false)).isEqualTo(RunStatus.FAILED);

      recorded(8000, Events.entry(23, "attempt_ok", "True"));
      assertThat(progress().status(false)).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void comesFromTheLastStepOnly() {
      given();
      SpecificRecord start =
          Events.metadata(
              9, "F", 7, "start", 8, 5000, List.of(Events.entry(20, "attempt_ok", "False")));
      assertThat(when(start)).isEqualTo(Verdict.APPLIED);

      assertThat(view.get(Keys.progress(7))).isNull();
    }

    @Test
    void keepsTheHeartbeatOfTasks() {
      given();
      EventsProjectionTest.this.given(Events.task(10, "F", 7, "start", 12, null, 60L, 4002));
      recorded(5000, Events.entry(20, "attempt", "0"), Events.entry(21, "attempt_ok", "True"));

      assertThat(view.get(Keys.progress(7)))
          .isEqualTo(
              RunProgress.initial()
                  .withTaskHeartbeat(60)
                  .withAttempt(5000, 20)
                  .withOutcome(true, 5000, 21)
                  .bytes());
    }
  }

  private RunProgress progress() {
    return new RunProgress(bytes(Keys.progress(7)));
  }

  @Nested
  class Artifacts {

    private void given() {
      EventsProjectionTest.this.given(FLOW, RUN, STEP, TASK);
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
        row(Keys.artifactsInList(new Scope.OfRun(7), attempt, ts, 8)),
        row(Keys.artifactsInList(new Scope.OfStep(7, "start"), attempt, ts, 8))
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
      EventsProjectionTest.this.given(recorded(Events.artifact("x", 0, "s3://1")));
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
      EventsProjectionTest.this.given(recorded(Events.artifact("x", 0, "s3://1")));
      ArtifactEntry y = Events.artifact("y", 0, "s3://2");

      assertApplied(
          at(6000, y), rows(batch(at(6000), null, y), inLists(0, 6000), later(0, "y", 6000)));
      assertPuts(new Verdict.Superseded("1 artifacts of task 8"), at(7000, y));
    }

    @Test
    void thatAreThereAreSupersededAndTheOthersKept() {
      given();
      EventsProjectionTest.this.given(
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
      EventsProjectionTest.this.given(recorded(x));
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
      EventsProjectionTest.this.given(FLOW, RUN, STEP);
      assertRejected(
          "task 7/start/8 is not registered", recorded(Events.artifact("x", 0, "s3://1")));
      EventsProjectionTest.this.given(TASK);
      assertRejected(
          "task 7/start/8 is not registered",
          Events.artifacts(
              9, "G", 7, "start", 8, 5000, List.of(Events.artifact("x", 0, "s3://1"))));
    }
  }

  @Nested
  class WhatIsNoEventOfTheFlow {

    private void assertRejectedRecord(String reason, byte[] key, byte @Nullable [] value) {
      assertThat(projection.apply(key, value, offset++, view))
          .isEqualTo(new Verdict.Rejected(reason));
      assertThat(view.rows()).isEmpty();
    }

    @Test
    void isARecordWithoutAValue() {
      assertRejectedRecord("a record without a value is no event", Events.utf8("F"), null);
    }

    @Test
    void isARecordUnderAnotherKey() {
      assertRejectedRecord(
          "the record key is not the flow id F", Events.utf8("G"), serde.serialize(FLOW));
      assertRejectedRecord(
          "the record key is not the flow id F", new byte[0], serde.serialize(FLOW));
    }

    @Test
    void isAForeignRecord() {
      assertRejectedRecord(
          "not in Confluent's wire format (magic byte 0, schema id)",
          Events.utf8("F"),
          Events.utf8("{\"flow\": 1}"));
      assertRejectedRecord(
          "schema id 99 is not in the registry", Events.utf8("F"), new byte[] {0, 0, 0, 0, 99});
    }

    @Test
    void isATruncatedEvent() {
      byte[] whole = serde.serialize(FLOW);
      Verdict verdict =
          projection.apply(
              Events.utf8("F"), Arrays.copyOf(whole, whole.length - 1), offset++, view);

      assertThat(verdict).isEqualTo(new Verdict.Rejected("not readable with schema id 1"));
      assertThat(view.rows()).isEmpty();
    }

    @Test
    void isAnEventOfAnotherTopic() {
      assertRejectedRecord(
          "io.flowledger.event.Heartbeat does not belong here",
          Events.utf8("F"),
          serde.serialize(Events.heartbeat("F", 7, null, 1000)));
      assertRejectedRecord(
          "io.flowledger.event.IdsClaimed does not belong here",
          Events.utf8("F"),
          serde.serialize(
              new IdsClaimed(Events.id(1), "runs", 1L, 1000L, Events.WRITTEN_BY, false)));
    }
  }
}
