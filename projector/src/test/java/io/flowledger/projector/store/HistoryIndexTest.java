package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.schemas.serde.EventSerde;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given events at offsets, then the index of a flow and of a run tells where they are. */
class HistoryIndexTest {

  private final EventSerde serde = Events.serde();
  private final RecordProjection projection = new EventsProjection(serde);
  private RocksResources resources;
  private RocksTable table;
  private WriteAhead ahead;
  private View view;

  @BeforeEach
  void open(@TempDir File folder) {
    resources = new RocksResources(8 << 20);
    table = new RocksTable(Path.of(folder.getPath(), "t").toFile(), resources);
    ahead = new WriteAhead(table);
    view = new RocksView(table, table);
  }

  @AfterEach
  void close() {
    ahead.close();
    table.close();
    resources.close();
  }

  private void given(long offset, SpecificRecord event) {
    projection.apply(Events.key(event), serde.serialize(event), offset, ahead);
  }

  private static List<Long> offsets(Consumer<RowVisitor<IndexedEvent>> scan) {
    List<Long> offsets = new ArrayList<>();
    scan.accept(event -> offsets.add(event.offset()));
    return offsets;
  }

  private List<Long> ofFlow(String flow, long from) {
    return offsets(visitor -> view.flowEvents(flow, from, visitor));
  }

  private List<Long> ofRun(long run, long from) {
    return offsets(visitor -> view.runEvents(run, from, visitor));
  }

  @Test
  void everyEventIsNotedWhateverBecomesOfIt() {
    given(3, Events.flow(1, "F", 1000));
    given(4, Events.run(2, "F", 7, null, null, 2000));
    ahead.flush();
    given(5, Events.flow(3, "F", 1001)); // superseded
    given(6, Events.flow(4, "G", 1001));
    given(255, Events.step(5, "F", 8, "start", 3000)); // rejected: there is no run 8
    ahead.flush();
    given(256, Events.step(6, "F", 7, "start", 3000));
    given(70_000, Events.task(7, "F", 7, "start", 9, null, null, 4000));
    ahead.flush();

    assertThat(ofFlow("F", 0)).containsExactly(3L, 4L, 5L, 255L, 256L, 70_000L);
    assertThat(ofFlow("F", 5)).containsExactly(5L, 255L, 256L, 70_000L);
    assertThat(ofFlow("F", 256)).containsExactly(256L, 70_000L);
    assertThat(ofFlow("F", 70_001)).isEmpty();
    assertThat(ofFlow("G", 0)).containsExactly(6L);
    assertThat(ofFlow("H", 0)).isEmpty();
    assertThat(ofRun(7, 0)).containsExactly(4L, 256L, 70_000L);
    assertThat(ofRun(8, 0)).containsExactly(255L);
  }

  @Test
  void flowsWhoseNamesBeginAlikeAreKeptApart() {
    given(1, Events.flow(1, "F", 1000));
    given(2, Events.flow(2, "F\0G", 1000)); // no name of a flow
    given(3, Events.flow(3, "FG", 1000));
    ahead.flush();
    assertThat(ofFlow("F", 0)).containsExactly(1L);
    assertThat(ofFlow("FG", 0)).containsExactly(3L);
  }

  @Test
  void aRecordUnderAForeignKeyBelongsToNoHistory() {
    projection.apply(Events.utf8("G"), serde.serialize(Events.flow(1, "F", 1000)), 0, ahead);
    ahead.flush();
    assertThat(ofFlow("F", 0)).isEmpty();
    assertThat(ofFlow("G", 0)).isEmpty();
  }

  @Test
  void saysWhatAnEventIsAbout() {
    given(9, Events.task(7, "F", 7, "start", 300, null, null, 4000));
    ahead.flush();
    List<IndexedEvent> found = new ArrayList<>();
    view.runEvents(7, 0, found::add);
    assertThat(found)
        .containsExactly(
            new IndexedEvent(
                9,
                io.flowledger.schemas.Envelope.Kind.TASK,
                4000,
                IndexedEvent.hash("start"),
                300));
  }
}
