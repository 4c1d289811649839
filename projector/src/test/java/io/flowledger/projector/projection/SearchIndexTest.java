package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.MetadataEntry;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.RocksView;
import io.flowledger.projector.store.WriteAhead;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given events, then the index leads from values of metadata and from tags to their runs. */
class SearchIndexTest {

  private static final Facet TAG = new Facet.Tag();
  private static final Facet ATTEMPT = new Facet.Field("attempt");
  private static final long ANY = Long.MAX_VALUE;

  private final EventSerde serde = Events.serde();
  private final RecordProjection projection = new EventsProjection(serde);
  private RocksResources resources;
  private RocksTable table;
  private WriteAhead ahead;
  private View view;
  private long offset;

  @BeforeEach
  void open(@TempDir Path folder) {
    resources = new RocksResources(8 << 20);
    table = new RocksTable(folder.resolve("table").toFile(), resources);
    ahead = new WriteAhead(table);
    view = new RocksView(table, table);
    given(Events.flow(1, "F", 1000));
    givenTask(7, 20);
    givenTask(8, 21);
  }

  @AfterEach
  void close() {
    ahead.close();
    table.close();
    resources.close();
  }

  private Verdict given(SpecificRecord event) {
    Verdict verdict = projection.apply(Events.key(event), serde.serialize(event), offset++, ahead);
    ahead.flush();
    return verdict;
  }

  /** A run of that number with one task. */
  private void givenTask(long run, long task) {
    given(Events.run(2, "F", run, null, List.of("t" + run, "all"), List.of("s"), null, 2000));
    given(Events.step(3, "F", run, "start", 3000));
    given(Events.task(4, "F", run, "start", task, null, null, 4000));
  }

  private Verdict givenMetadata(long run, long task, MetadataEntry... entries) {
    return given(Events.metadata(5, "F", run, "start", task, 5000, List.of(entries)));
  }

  private List<Long> runs(Facet facet, String value, long atMost) {
    List<Long> runs = new ArrayList<>();
    view.runsWith(facet, value, atMost, runs::add);
    return runs;
  }

  private List<IndexedValue> values(Facet facet, Optional<IndexedValue> after) {
    List<IndexedValue> values = new ArrayList<>();
    view.indexedValues(facet, after, values::add);
    return values;
  }

  @Test
  void leadsFromAValueToItsRuns() {
    givenMetadata(7, 20, Events.entry(30, "attempt", "0"), Events.entry(31, "größe", "ü"));
    givenMetadata(8, 21, Events.entry(32, "attempt", "0"), Events.entry(33, "attempt", "1"));
    givenMetadata(8, 21, Events.entry(34, "attempt", "0"));

    assertThat(runs(ATTEMPT, "0", ANY)).containsExactly(8L, 7L);
    assertThat(runs(ATTEMPT, "0", 8)).containsExactly(8L, 7L);
    assertThat(runs(ATTEMPT, "0", 7)).containsExactly(7L);
    assertThat(runs(ATTEMPT, "0", 6)).isEmpty();
    assertThat(runs(ATTEMPT, "1", ANY)).containsExactly(8L);
    assertThat(runs(ATTEMPT, "", ANY)).isEmpty();
    assertThat(runs(new Facet.Field("attempt_ok"), "0", ANY)).isEmpty();
    assertThat(runs(new Facet.Field("größe"), "ü", ANY)).containsExactly(7L);
  }

  @Test
  void listsAllValuesOfAField() {
    IndexedValue last = new IndexedValue("0", true, 7);
    givenMetadata(7, 20, Events.entry(30, "attempt", "0"), Events.entry(31, "attempt", "1"));
    givenMetadata(8, 21, Events.entry(32, "attempt", "0"), Events.entry(33, "other", "2"));

    assertThat(values(ATTEMPT, Optional.empty()))
        .containsExactly(new IndexedValue("0", true, 8), last, new IndexedValue("1", true, 7));
    assertThat(values(ATTEMPT, Optional.of(last))).containsExactly(new IndexedValue("1", true, 7));
  }

  @Test
  void doesNotTellValuesApartThatBeginAlike() {
    String long1 = "x".repeat(64) + 1;
    String long2 = "x".repeat(64) + 2;
    givenMetadata(7, 20, Events.entry(30, "attempt", long1), Events.entry(31, "attempt", "0\0a"));
    givenMetadata(8, 21, Events.entry(32, "attempt", "x".repeat(64)));

    assertThat(runs(ATTEMPT, long1, ANY)).containsExactly(7L);
    assertThat(runs(ATTEMPT, long2, ANY)).containsExactly(7L);
    assertThat(runs(ATTEMPT, "x".repeat(64), ANY)).containsExactly(8L);
    assertThat(runs(ATTEMPT, "0\0b", ANY)).containsExactly(7L);
    assertThat(runs(ATTEMPT, "0", ANY)).isEmpty();
    assertThat(values(ATTEMPT, Optional.empty()))
        .containsExactly(
            new IndexedValue("0", false, 7),
            new IndexedValue("x".repeat(64), true, 8),
            new IndexedValue("x".repeat(64), false, 7));
  }

  @Test
  void leadsFromATagToItsRuns() {
    assertThat(runs(TAG, "all", ANY)).containsExactly(8L, 7L);
    assertThat(runs(TAG, "t7", ANY)).containsExactly(7L);
    assertThat(runs(TAG, "s", ANY)).containsExactly(8L, 7L);
    assertThat(runs(TAG, "t", ANY)).isEmpty();
  }

  @Test
  void notesTagsThatAreAddedAndKeepsThoseThatAreRemoved() {
    given(Events.tags(6, "F", 7, List.of("all"), List.of("new"), 6000));

    assertThat(runs(TAG, "new", ANY)).containsExactly(7L);
    assertThat(runs(TAG, "all", ANY)).containsExactly(8L, 7L);
  }

  @Test
  void notesNothingOfWhatIsNotApplied() {
    givenMetadata(8, 20, Events.entry(30, "attempt", "0"));
    givenMetadata(7, 20, Events.entry(30, "attempt", "0"), Events.entry(31, "a\0b", "0"));
    given(Events.run(6, "F", 8, null, List.of("late"), List.of("late"), null, 2000));
    given(Events.tags(6, "F", 9, List.of(), List.of("late"), 6000));

    assertThat(values(ATTEMPT, Optional.empty())).isEmpty();
    assertThat(runs(TAG, "late", ANY)).isEmpty();
  }

  @Test
  void theMetadataOfARunComesWithItsTasks() {
    given(Events.task(6, "F", 7, "start", 22, null, null, 4000));
    givenMetadata(7, 22, Events.entry(30, "attempt", "0"), Events.entry(31, "attempt", "1"));
    givenMetadata(7, 20, Events.entry(32, "attempt", "2"));

    assertThat(ofRun(Optional.empty())).containsExactly("20 2", "22 1", "22 0");
    assertThat(ofRun(Optional.of(new Cursor.ByNumber(5000, 31)))).containsExactly("22 0");
  }

  private List<String> ofRun(Optional<Cursor.ByNumber> after) {
    List<String> metadata = new ArrayList<>();
    view.runTaskMetadata(7, after, found -> metadata.add(found.task() + " " + found.row().value()));
    return metadata;
  }
}
