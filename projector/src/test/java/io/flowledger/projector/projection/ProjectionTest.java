package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import java.util.SortedMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Applies events of one run to a view: given some, one more makes exactly these rows. */
abstract class ProjectionTest {

  static final FlowRegistered FLOW = Events.flow(1, "F", 1000);
  static final RunRegistered RUN = Events.run(2, "F", 7, null, null, 2000);
  static final StepRegistered STEP = Events.step(3, "F", 7, "start", 3000);
  static final StepRegistered END = Events.step(4, "F", 7, "end", 3001);
  static final TaskRegistered TASK = Events.task(5, "F", 7, "start", 8, null, null, 4000);
  static final TaskRegistered LAST = Events.task(6, "F", 7, "end", 9, null, null, 4001);

  static final RunRow RUN_ROW = RunRow.of(RUN);
  static final TaskRow TASK_ROW = TaskRow.of(TASK, RUN_ROW);

  final EventSerde serde = Events.serde();
  final EventsProjection projection = new EventsProjection(serde);
  final InMemoryView view = new InMemoryView();
  long offset;

  void given(SpecificRecord... events) {
    for (SpecificRecord event : events) {
      assertThat(when(event)).isEqualTo(Verdict.APPLIED);
    }
  }

  Verdict when(SpecificRecord event) {
    return projection.apply(Events.key(event), serde.serialize(event), offset++, view);
  }

  /** The event changes nothing. */
  void assertIgnored(Verdict expected, SpecificRecord event) {
    SortedMap<String, String> before = objects();
    assertThat(when(event)).isEqualTo(expected);
    assertThat(objects()).isEqualTo(before);
  }

  /** All rows but those of the history, which every event is noted in. */
  SortedMap<String, String> objects() {
    SortedMap<String, String> rows = view.rows();
    rows.keySet().removeIf(key -> key.startsWith(Integer.toHexString('h')));
    return rows;
  }

  void assertSuperseded(String by, SpecificRecord event) {
    assertIgnored(new Verdict.Superseded(by), event);
  }

  void assertRejected(String reason, SpecificRecord event) {
    assertIgnored(new Verdict.Rejected(reason), event);
  }

  /** The event is applied and adds or changes exactly the given rows, beside the indexes. */
  void assertApplied(SpecificRecord event, Row... rows) {
    assertPuts(Verdict.APPLIED, event, rows);
  }

  void assertPuts(Verdict verdict, SpecificRecord event, Row... rows) {
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

  static final class Row {
    final byte[] key;
    final byte[] value;

    Row(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }
  }

  static Row row(byte[] key, byte[] value) {
    return new Row(key, value);
  }

  static Row row(byte[] key) {
    return new Row(key, new byte[0]);
  }

  byte[] bytes(byte[] key) {
    byte[] row = view.get(key);
    assertThat(row).isNotNull();
    return row == null ? new byte[0] : row;
  }

  RunProgress progress() {
    return new RunProgress(bytes(Keys.progress(7)));
  }
}
