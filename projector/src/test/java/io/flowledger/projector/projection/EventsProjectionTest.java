package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.IdsClaimed;
import io.flowledger.event.MetadataEntry;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunStatus;
import io.flowledger.projector.row.Verdict;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The status of a run follows from what its tasks record, and what is no event of its flow is
 * rejected.
 */
class EventsProjectionTest extends ProjectionTest {

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
