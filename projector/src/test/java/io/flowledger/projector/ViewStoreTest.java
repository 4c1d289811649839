package io.flowledger.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.ReadableStore.Report;
import io.flowledger.projector.fixture.Directories;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.log.LogContradictionException;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the view store with its log and with Kafka Streams. */
class ViewStoreTest {

  private static final TopicPartition PARTITION = FakeLog.PARTITION;
  private static final byte[] IDENTITY = Keys.bookkeeping("identity");
  private static final byte[] COMMITTED = Keys.bookkeeping("committed");

  /** Appends the value to the row of its key: what is applied twice shows. Refuses "!". */
  private static final RecordProjection APPENDING =
      (key, value, offset, view) -> {
        String text = value == null ? "-" : new String(value, UTF_8);
        if (text.equals("!")) {
          return new Verdict.Rejected("refused");
        }
        byte[] before = view.get(key);
        view.put(key, ((before == null ? "" : new String(before, UTF_8)) + text).getBytes(UTF_8));
        return Verdict.APPLIED;
      };

  private final FakeLog log = new FakeLog();
  private final List<Opening> openings = new ArrayList<>();

  @TempDir private Path folder;
  private RocksResources resources;

  @BeforeEach
  void allocate() {
    resources = new RocksResources(8 << 20);
  }

  @AfterEach
  void free() {
    openings.forEach(opening -> opening.store.close());
    resources.close();
  }

  /** A store that Kafka Streams has opened, and what it reports. */
  private static final class Opening {
    final ViewStore store;
    final StoreContext context;
    final ReadableStore reports;

    Opening(ViewStore store, StoreContext context, ReadableStore reports) {
      this.store = store;
      this.context = context;
      this.reports = reports;
    }

    Verdict apply(FakeLog log, int offset) {
      var record = log.record(offset);
      return store.apply(record.key(), record.value(), record.offset());
    }

    String row(String key) {
      byte[] row = reports.table().get(Events.utf8(key));
      return row == null ? "" : new String(row, UTF_8);
    }

    Map<String, String> rows() {
      Map<String, String> rows = new TreeMap<>();
      reports
          .table()
          .scan(
              new byte[0],
              new byte[0],
              row -> {
                if (row.key()[0] != '0') {
                  rows.put(new String(row.key(), UTF_8), new String(row.value(), UTF_8));
                }
                return true;
              });
      return rows;
    }

    @Nullable Long committed() {
      return store.committedOffset(PARTITION);
    }

    /** Bookkeeping, read past the store. */
    byte @Nullable [] bookkeeping(byte[] key) {
      return reports.table().get(key);
    }
  }

  private Opening open(String directory) {
    return open(directory, 1, true);
  }

  private Opening open(String directory, int version, boolean keptWhole) {
    ReadableStore reports = new ReadableStore();
    var kind = new ViewKind("view", PARTITION.topic(), keptWhole, version, APPENDING);
    ViewStore store = new ViewStore(kind, resources, log, reports);
    Path path = folder.resolve(directory);
    if (!path.toFile().exists()) {
      Directories.create(path);
    }
    StoreContext context = new StoreContext(path);
    store.init(context, store);
    Opening opening = new Opening(store, context, reports);
    openings.add(opening);
    return opening;
  }

  private Opening openLive(String directory) {
    return openLive(directory, 1, true);
  }

  private Opening openLive(String directory, int version, boolean keptWhole) {
    Opening opening = open(directory, version, keptWhole);
    opening.store.goLive();
    return opening;
  }

  private void append(String key, String value) {
    log.append(Events.utf8(key), Events.utf8(value));
  }

  /** A log of a=1, b=2, a=3, a=4. */
  private void fourRecords() {
    append("a", "1");
    append("b", "2");
    append("a", "3");
    append("a", "4");
  }

  /** A closed store that has applied the log up to the offset, and whose group has committed it. */
  private void storeUpTo(String directory, int offset) {
    Opening store = openLive(directory);
    for (int next = 0; next <= offset; next++) {
      store.apply(log, next);
    }
    store.store.write();
    store.store.commit(Map.of(PARTITION, (long) offset));
    store.store.close();
  }

  @Nested
  class Applying {

    @Test
    void makesRecordsReadableWhenTheyAreWritten() {
      fourRecords();
      Opening live = openLive("d");

      live.apply(log, 0);
      live.apply(log, 1);
      live.apply(log, 2);
      assertThat(live.rows()).isEmpty();

      live.store.write();
      assertThat(live.rows()).isEqualTo(Map.of("a", "13", "b", "2"));
    }

    @Test
    void tellsWhatIsReadableOncePerWrite() {
      fourRecords();
      Opening live = openLive("d");

      live.store.write();
      live.apply(log, 0);
      live.apply(log, 1);
      live.store.write();
      live.store.write();
      live.apply(log, 2);
      live.store.write();

      assertThat(live.reports.reports())
          .containsExactly(
              new Report.Live(0, -1, 3), new Report.Applied(0, 1), new Report.Applied(0, 2));
    }

    @Test
    void writesByItselfAfter512Records() {
      for (int i = 0; i < 513; i++) {
        append("a", "1");
      }
      Opening live = openLive("d");

      for (int i = 0; i < 513; i++) {
        live.apply(log, i);
      }

      assertThat(live.row("a")).isEqualTo("1".repeat(512));
      assertThat(live.reports.reports())
          .containsExactly(new Report.Live(0, -1, 512), new Report.Applied(0, 511));
    }

    @Test
    void writesByItselfAfter4MiB() {
      String mebibyte = "m".repeat(1 << 20);
      for (String key : List.of("a", "b", "c", "d", "e")) {
        append(key, mebibyte);
      }
      Opening live = openLive("d");

      for (int i = 0; i < 5; i++) {
        live.apply(log, i);
      }

      assertThat(live.reports.reports())
          .containsExactly(new Report.Live(0, -1, 4), new Report.Applied(0, 3));
    }

    @Test
    void dropsWhatIsDeliveredAgainBufferedOrWritten() {
      fourRecords();
      Opening live = openLive("d");

      live.apply(log, 0);
      live.apply(log, 0);
      live.store.write();
      live.apply(log, 0);
      live.apply(log, 1);
      live.apply(log, 1);
      live.apply(log, 0);
      live.store.write();

      assertThat(live.rows()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void answersWhatIsDeliveredAgainWithTheVerdictOfTheFirstTime() {
      append("a", "1");
      append("a", "!");
      Verdict refused = new Verdict.Rejected("refused");
      Opening live = openLive("d");

      assertThat(live.apply(log, 0)).isEqualTo(Verdict.APPLIED);
      assertThat(live.apply(log, 1)).isEqualTo(refused);
      assertThat(live.apply(log, 0)).isEqualTo(Verdict.APPLIED);
      assertThat(live.apply(log, 1)).isEqualTo(refused);
      live.store.write();
      live.store.close();

      Opening again = openLive("d");
      assertThat(again.apply(log, 0)).isEqualTo(Verdict.APPLIED);
      assertThat(again.apply(log, 1)).isEqualTo(refused);
      assertThat(again.reports.table().get(Keys.verdict(1))).isEqualTo(Events.utf8("Rrefused"));
    }

    @Test
    void canOnlyBeDoneWhileOpen() {
      fourRecords();
      Opening live = openLive("d");
      live.store.close();

      assertThat(live.store.isOpen()).isFalse();
      assertThatThrownBy(() -> live.apply(log, 0))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("store view is not open");
    }
  }

  @Nested
  class Restoring {

    @Test
    void appliesWithTheSameProjectionAndTellsNobody() {
      fourRecords();
      Opening restoring = open("d");

      restoring.context.restore(List.of(log.record(0), log.record(1)));
      restoring.context.restore(List.of(log.record(2)));
      assertThat(restoring.reports.reports()).isEmpty();

      restoring.store.goLive();
      assertThat(restoring.reports.reports()).containsExactly(new Report.Live(0, 2, 3));
      assertThat(restoring.rows()).isEqualTo(Map.of("a", "13", "b", "2"));
    }

    @Test
    void dropsWhatIsAppliedAlready() {
      fourRecords();
      storeUpTo("d", 2);
      Opening restoring = open("d");

      restoring.context.restore(List.of(log.record(1), log.record(2), log.record(3)));
      restoring.store.goLive();

      assertThat(restoring.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }

    @Test
    void isFollowedByLiveRecordsThatMayOverlap() {
      fourRecords();
      Opening opening = open("d");

      opening.context.restore(List.of(log.record(0), log.record(1), log.record(2)));
      opening.store.goLive();
      opening.apply(log, 1);
      opening.apply(log, 2);
      opening.apply(log, 3);
      opening.store.write();

      assertThat(opening.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }

    @Test
    void aimsAtTheLastRecord() {
      append("a", "1");
      log.append(null, null);
      log.mark();

      assertThat(openLive("d").reports.reports()).containsExactly(new Report.Live(0, -1, 1));
    }

    @Test
    void isNotGivenRecordsWithoutAKeyButForTheInterceptor() {
      append("a", "1");
      log.append(null, Events.utf8("2"));
      log.append(new byte[0], Events.utf8("3"));
      append("a", "4");
      Opening restoring = open("d");

      restoring.context.restore(
          StreamsRestore.of(List.of(log.record(0), log.record(1), log.record(2), log.record(3))));
      restoring.store.goLive();

      assertThat(restoring.row("a")).isEqualTo("14");
      assertThat(restoring.row("")).isEqualTo("3");
      assertThat(restoring.apply(log, 1)).isEqualTo(new Verdict.Rejected("the record has no key"));
      assertThat(restoring.reports.reports()).containsExactly(new Report.Live(0, 3, 3));
    }

    @Test
    void goesOnUnseenInAStoreThatIsMadeAStandbyWithoutBeingClosed() {
      fourRecords();
      Opening standby = openLive("d");
      standby.apply(log, 0);
      standby.store.write();

      standby.store.standDown();
      standby.context.restore(List.of(log.record(1)));

      assertThat(standby.reports.reports())
          .containsExactly(
              new Report.Live(0, -1, 3), new Report.Applied(0, 0), new Report.Closed(0));
      standby.store.goLive();
      assertThat(standby.reports.reports()).last().isEqualTo(new Report.Live(0, 1, 3));
    }

    @Test
    void ofAnEmptyLogAimsAtNothing() {
      assertThat(openLive("d").reports.reports()).containsExactly(new Report.Live(0, -1, -1));
    }
  }

  @Nested
  class AfterACrash {

    @Test
    void whatWasNotWrittenIsAppliedAgain() {
      fourRecords();
      Opening crashing = openLive("d");
      crashing.apply(log, 0);
      crashing.store.write();
      crashing.apply(log, 1);
      crashing.apply(log, 2);
      crashing.store.close();

      Opening next = openLive("d");
      assertThat(next.rows()).isEqualTo(Map.of("a", "1"));
      for (int offset = 0; offset < 4; offset++) {
        next.apply(log, offset);
      }
      next.store.write();

      assertThat(next.reports.reports())
          .containsExactly(new Report.Live(0, 0, 3), new Report.Applied(0, 3));
      assertThat(next.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }

    @Test
    void whatWasWrittenIsThereAlthoughNothingWasClosed() {
      fourRecords();
      Opening killed = openLive("d");
      killed.apply(log, 0);
      killed.apply(log, 1);
      killed.store.write();
      killed.apply(log, 2);
      Directories.copy(folder.resolve("d"), folder.resolve("left"));

      Opening next = openLive("left");

      assertThat(next.reports.reports()).containsExactly(new Report.Live(0, 1, 3));
      assertThat(next.rows()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void anEmptyDirectoryIsFilledFromTheLog() {
      fourRecords();
      storeUpTo("d", 3);
      Directories.delete(folder.resolve("d"));

      Opening next = open("d");
      assertThat(next.committed()).isNull();
      next.context.restore(List.of(log.record(0), log.record(1), log.record(2), log.record(3)));
      next.store.goLive();

      assertThat(next.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }

    @Test
    void anOldCopyOfTheDirectoryGoesOnFromWhereItWas() {
      fourRecords();
      storeUpTo("d", 1);
      Directories.copy(folder.resolve("d"), folder.resolve("copy"));
      storeUpTo("d", 3);

      Opening next = open("copy");
      assertThat(next.committed()).isEqualTo(1L);
      next.context.restore(List.of(log.record(2), log.record(3)));
      next.store.goLive();

      assertThat(next.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }
  }

  @Nested
  class AgainstTheLog {

    @Test
    void theSameLogIsGoneOnWith() {
      fourRecords();
      storeUpTo("d", 3);
      append("b", "5");

      Opening next = openLive("d");

      assertThat(next.reports.reports()).containsExactly(new Report.Live(0, 3, 4));
      assertThat(next.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
      assertThat(next.committed()).isEqualTo(3L);
    }

    private void assertRebuilt(Opening opening) {
      assertThat(opening.reports.reports()).containsExactly(new Report.Live(0, -1, log.end() - 1));
      assertThat(opening.rows()).isEmpty();
      assertThat(opening.committed()).isNull();
      assertThat(opening.bookkeeping(IDENTITY)).isNull();
      assertThat(opening.bookkeeping(COMMITTED)).isNull();
      for (int offset = 0; offset < log.end(); offset++) {
        opening.apply(log, offset);
      }
      opening.store.write();
      assertThat(opening.reports.reports())
          .containsExactly(
              new Report.Live(0, -1, log.end() - 1), new Report.Applied(0, log.end() - 1));
    }

    @Test
    void aRecreatedTopicRebuilds() {
      fourRecords();
      storeUpTo("d", 3);
      log.recreate();
      append("c", "1");

      Opening next = openLive("d");

      assertRebuilt(next);
      assertThat(next.rows()).isEqualTo(Map.of("c", "1"));
    }

    @Test
    void anotherTopicRebuildsEvenWithTheSameRecords() {
      fourRecords();
      storeUpTo("d", 3);
      log.copyToAnotherTopic();

      assertRebuilt(openLive("d"));
    }

    @Test
    void anotherVersionOfTheProjectionRebuilds() {
      fourRecords();
      storeUpTo("d", 3);

      assertRebuilt(openLive("d", 2, true));
    }

    @Test
    void bookkeepingOfAnotherLayoutRebuilds() {
      fourRecords();
      Opening first = openLive("d");
      first.apply(log, 0);
      first.store.write();
      first.reports.table().put(IDENTITY, new byte[] {1, 2, 3});
      first.store.close();

      assertRebuilt(openLive("d"));
    }

    @Test
    void anotherRecordAtTheAppliedOffsetRebuilds() {
      fourRecords();
      storeUpTo("d", 3);
      log.loseEnd(2);
      append("a", "three");
      append("a", "four");

      Opening next = openLive("d");

      assertRebuilt(next);
      assertThat(next.rows()).isEqualTo(Map.of("a", "1threefour", "b", "2"));
    }

    @Test
    void aLogThatHasLostItsEndRebuilds() {
      fourRecords();
      storeUpTo("d", 3);
      log.loseEnd(3);

      Opening next = openLive("d");

      assertRebuilt(next);
      assertThat(next.rows()).isEqualTo(Map.of("a", "13", "b", "2"));
    }

    @Test
    void aLogThatHasLostItsStartIsEnoughForAStoreThatIsPastIt() {
      fourRecords();
      storeUpTo("d", 2);
      log.loseStart(3);

      Opening next = openLive("d");
      next.apply(log, 3);
      next.store.write();

      assertThat(next.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }

    @Test
    void aLogThatStartsAfterTheNextRecordStopsTheStore() {
      fourRecords();
      storeUpTo("d", 1);
      log.loseStart(3);

      assertThatThrownBy(() -> open("d"))
          .isExactlyInstanceOf(LogContradictionException.class)
          .hasMessage(
              "events-0 starts at offset 3, but the view needs it from offset 2 on: records were"
                  + " deleted");
    }

    @Test
    void aLogThatDoesNotStartAtZeroStopsAnEmptyStore() {
      fourRecords();
      log.loseStart(1);

      assertThatThrownBy(() -> open("d"))
          .isExactlyInstanceOf(LogContradictionException.class)
          .hasMessage(
              "events-0 starts at offset 1, but the view needs it from offset 0 on: records were"
                  + " deleted");
    }

    @Test
    void aStoreThatCannotBeRebuiltIsNotWiped() {
      fourRecords();
      storeUpTo("d", 3);
      log.loseStart(2);

      assertThatThrownBy(() -> open("d", 2, true))
          .isExactlyInstanceOf(LogContradictionException.class);

      assertThat(openLive("d").rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }
  }

  /** A compacted topic loses records that newer ones replace, wherever they are. */
  @Nested
  class OfACompactedTopic {

    @Test
    void aLogWithoutItsStartIsComplete() {
      fourRecords();
      log.loseStart(3);
      Opening opening = openLive("d", 1, false);

      opening.apply(log, 3);
      opening.store.write();

      assertThat(opening.rows()).isEqualTo(Map.of("a", "4"));
    }

    @Test
    void theAppliedRecordMayBeGone() {
      fourRecords();
      storeUpTo("d", 1);
      log.loseStart(3);

      assertThat(openLive("d", 1, false).reports.reports())
          .containsExactly(new Report.Live(0, 1, 3));
    }

    @Test
    void aLogThatHasLostItsEndRebuilds() {
      fourRecords();
      storeUpTo("d", 3);
      log.loseEnd(2);
      append("c", "3");

      Opening next = openLive("d", 1, false);

      assertThat(next.reports.reports()).containsExactly(new Report.Live(0, -1, 2));
      assertThat(next.rows()).isEmpty();
    }
  }

  @Nested
  class Committing {

    @Test
    void writesWhatIsBuffered() {
      fourRecords();
      Opening live = openLive("d");
      live.apply(log, 0);

      live.store.commit(Map.of(PARTITION, 0L));

      assertThat(live.rows()).isEqualTo(Map.of("a", "1"));
      assertThat(live.bookkeeping(COMMITTED)).isEqualTo(ByteBuffer.allocate(8).putLong(0).array());
    }

    @Test
    void isAnsweredWithTheLastCommittedOffsetNotTheAppliedOne() {
      fourRecords();
      Opening live = openLive("d");
      assertThat(live.committed()).isNull();

      live.apply(log, 0);
      live.store.write();
      assertThat(live.committed()).isNull();

      live.store.commit(Map.of(PARTITION, 0L));
      live.apply(log, 1);
      live.apply(log, 2);
      live.store.write();
      assertThat(live.committed()).isEqualTo(0L);

      live.store.commit(Map.of(PARTITION, 2L));
      assertThat(live.committed()).isEqualTo(2L);
      live.store.close();

      assertThat(open("d").committed()).isEqualTo(2L);
    }

    @Test
    void isNeverAnsweredWithMoreThanIsApplied() {
      fourRecords();
      Opening live = openLive("d");
      live.apply(log, 0);
      live.store.commit(Map.of(PARTITION, 3L));

      assertThat(live.committed()).isEqualTo(0L);
    }

    @Test
    void leavesTheOffsetAloneForSentinelsAndOtherPartitions() {
      fourRecords();
      Opening live = openLive("d");
      live.apply(log, 0);
      live.store.commit(Map.of(PARTITION, 0L));

      live.store.commit(Map.of(PARTITION, -4L));
      live.store.commit(Map.of(new TopicPartition("other", 0), 3L));

      assertThat(live.committed()).isEqualTo(0L);
    }

    @Test
    void nothingWipesTheStore() {
      fourRecords();
      storeUpTo("d", 1);
      Opening restoring = open("d");
      restoring.apply(log, 2);

      restoring.store.commit(Map.of());

      assertThat(restoring.committed()).isNull();
      restoring.store.close();
      Opening next = openLive("d");
      assertThat(next.reports.reports()).containsExactly(new Report.Live(0, -1, 3));
      assertThat(next.rows()).isEmpty();
      assertThat(next.committed()).isNull();
    }

    @Test
    void nothingLeavesAStoreThatIsFilledAgain() {
      fourRecords();
      storeUpTo("d", 3);
      Opening opening = open("d");

      opening.store.commit(Map.of());
      opening.context.restore(List.of(log.record(0), log.record(1)));
      opening.store.goLive();

      assertThat(opening.rows()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void nothingTakesALiveViewAwayBeforeItIsEmptied() {
      fourRecords();
      storeUpTo("d", 3);
      Opening live = openLive("d");

      live.store.commit(Map.of());
      assertThat(live.reports.reports())
          .containsExactly(new Report.Live(0, 3, 3), new Report.Closed(0));

      live.store.close();
      assertThat(live.reports.reports())
          .containsExactly(new Report.Live(0, 3, 3), new Report.Closed(0));
    }

    @Test
    void isIgnoredByAClosedStore() {
      fourRecords();
      storeUpTo("d", 3);
      Opening live = openLive("d");
      live.store.close();

      live.store.commit(Map.of());

      assertThat(openLive("d").rows()).isEqualTo(Map.of("a", "134", "b", "2"));
    }
  }

  @Nested
  class Closing {

    @Test
    void isToldForALiveStoreOnly() {
      Opening restoring = open("d");
      restoring.store.close();
      assertThat(restoring.reports.reports()).isEmpty();

      Opening live = openLive("d");
      live.store.close();
      live.store.close();
      assertThat(live.reports.reports())
          .containsExactly(new Report.Live(0, -1, -1), new Report.Closed(0));
    }

    @Test
    void allowsTheSameObjectToBeOpenedAgain() {
      fourRecords();
      Opening opening = openLive("d");
      opening.apply(log, 0);
      opening.apply(log, 1);
      opening.store.write();
      opening.store.close();

      opening.store.init(opening.context, opening.store);
      assertThat(opening.store.isOpen()).isTrue();
      opening.context.restore(List.of(log.record(2)));
      opening.store.goLive();
      opening.apply(log, 3);
      opening.store.write();

      assertThat(opening.rows()).isEqualTo(Map.of("a", "134", "b", "2"));
      assertThat(opening.reports.reports())
          .containsExactly(
              new Report.Live(0, -1, 3),
              new Report.Applied(0, 1),
              new Report.Closed(0),
              new Report.Live(0, 2, 3),
              new Report.Applied(0, 3));
    }

    @Test
    void freesTheDirectoryEvenWhenOpeningFails() {
      fourRecords();
      log.loseStart(1);
      assertThatThrownBy(() -> open("d")).isInstanceOf(ProcessorStateException.class);

      log.loseStart(0);
      assertThat(openLive("d").rows()).isEmpty();
    }

    @Test
    void endsReadersWithAnErrorNotACrash() throws Exception {
      for (int i = 0; i < 500; i++) {
        append("key-" + i, "value");
      }
      Opening live = openLive("d");
      for (int i = 0; i < 500; i++) {
        live.apply(log, i);
      }
      live.store.write();
      RocksTable table = live.reports.table();
      int readers = 8;
      CountDownLatch reading = new CountDownLatch(readers);
      ExecutorService threads = Executors.newFixedThreadPool(readers);
      try {
        List<Future<String>> ends = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
          boolean scanning = i % 2 == 0;
          ends.add(threads.submit(() -> readUntilClosed(table, scanning, reading)));
        }
        reading.await();
        live.store.close();

        for (Future<String> end : ends) {
          assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("the view is closed");
        }
      } finally {
        threads.shutdownNow();
      }
    }

    private String readUntilClosed(RocksTable table, boolean scanning, CountDownLatch reading) {
      try {
        for (int i = 0; ; i++) {
          if (scanning) {
            int[] rows = {0};
            table.scan(Events.utf8("key-"), Events.utf8("key-"), row -> ++rows[0] > 0);
            assertThat(rows[0]).isEqualTo(500);
          } else {
            assertThat(table.get(Events.utf8("key-" + i % 500))).isEqualTo(Events.utf8("value"));
          }
          if (i == 20) {
            reading.countDown();
          }
        }
      } catch (ViewUnavailableException closed) {
        return String.valueOf(closed.getMessage());
      }
    }
  }
}
