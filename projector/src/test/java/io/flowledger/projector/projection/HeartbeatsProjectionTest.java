package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeartbeatsProjectionTest {

  private static final byte[] KEY = Events.utf8("any key");

  private final EventSerde serde = Events.serde();
  private final HeartbeatsProjection projection = new HeartbeatsProjection(serde);
  private final InMemoryView view = new InMemoryView();

  private Verdict when(byte @Nullable [] value) {
    return projection.apply(KEY, value, 0, view);
  }

  private void given(Heartbeat heartbeat) {
    assertThat(when(serde.serialize(heartbeat))).isEqualTo(Verdict.APPLIED);
  }

  private void assertRows(InMemoryView expected) {
    assertThat(view.rows()).isEqualTo(expected.rows());
  }

  @Test
  void keepsSecondsOfRunsAndOfTasksApart() {
    given(Events.heartbeat("F", 7, null, 60_999));
    given(Events.heartbeat("F", 7, 7L, 61_000));

    InMemoryView expected = new InMemoryView();
    expected.put(Keys.runHeartbeat(7), Events.number(60));
    expected.put(Keys.taskHeartbeat(7), Events.number(61));
    assertRows(expected);
  }

  @Test
  void keepsTheLatestInWhateverOrderTheyArrive() {
    given(Events.heartbeat("F", 7, null, 62_000));
    given(Events.heartbeat("F", 7, null, 64_000));
    given(Events.heartbeat("F", 7, null, 63_000));

    InMemoryView expected = new InMemoryView();
    expected.put(Keys.runHeartbeat(7), Events.number(64));
    assertRows(expected);
  }

  @Test
  void keepsWhatATombstoneForgets() {
    given(Events.heartbeat("F", 7, null, 62_000));

    assertThat(when(null)).isEqualTo(Verdict.APPLIED);
    InMemoryView expected = new InMemoryView();
    expected.put(Keys.runHeartbeat(7), Events.number(62));
    assertRows(expected);
  }

  @Test
  void rejectsTimesThatAreNone() {
    for (long time : new long[] {-1, Long.MIN_VALUE, 1L << 47}) {
      assertThat(when(serde.serialize(Events.heartbeat("F", 7, null, time))))
          .isEqualTo(new Verdict.Rejected("ts_epoch is from 0 to 140737488355327, not " + time));
    }
    assertRows(new InMemoryView());
  }

  @Test
  void rejectsWhatIsNoHeartbeat() {
    assertThat(when(serde.serialize(Events.flow(1, "F", 1000))))
        .isEqualTo(new Verdict.Rejected("no heartbeat"));
    assertThat(when(Events.utf8("alive")))
        .isEqualTo(
            new Verdict.Rejected("not in Confluent's wire format (magic byte 0, schema id)"));
    assertRows(new InMemoryView());
  }
}
