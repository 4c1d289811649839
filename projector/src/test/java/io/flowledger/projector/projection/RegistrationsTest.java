package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.RunRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import java.util.OptionalLong;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a flow, run, step or task is registered, then its row is there, and is the first one's. */
class RegistrationsTest extends ProjectionTest {

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
      RegistrationsTest.this.given(FLOW, RUN, STEP);
      RegistrationsTest.this.given(events);
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

      RegistrationsTest.this.given(Events.task(7, "F", 7, "start", 10, null, 61L, 4000));
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
      RegistrationsTest.this.given(Events.task(6, "F", 7, "end", 9, "t-a", null, 4001));
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
    void mayBeNamedByANumberWithinItsStep() {
      given(END, Events.task(5, "F", 7, "start", 8, "1", null, 4000));
      RegistrationsTest.this.given(Events.task(6, "F", 7, "end", 9, "1", null, 4001));
    }

    @Test
    void cannotBeNamedByDigitsThatAreNoNumberOrByNothing() {
      given();
      assertRejected(
          "not usable as a name: '01'", Events.task(5, "F", 7, "start", 8, "01", null, 4000));
      assertRejected(
          "not usable as a name: ''", Events.task(5, "F", 7, "start", 8, "", null, 4000));
    }
  }
}
