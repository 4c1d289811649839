package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Directories;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.fixture.RandomEvents;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.schemas.serde.EventSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the log holds, and however it is delivered, cut and delivered again: the view is the
 * straight fold of the projection over the log.
 */
class ViewStoreRandomisedTest {

  private static final int ROUNDS = 300;
  private static final int MAX_RECORDS = 80;

  private final EventSerde serde = Events.serde();
  private final RecordProjection projection = new EventsProjection(serde);
  private final ViewKind kind =
      new ViewKind("view", FakeLog.PARTITION.topic(), true, 1, projection);
  private final Map<Happening, Integer> happened = new EnumMap<>(Happening.class);
  private RocksResources resources;

  /** What the rounds must have been through, all of them together, to have tested anything. */
  private enum Happening {
    APPLIED,
    SUPERSEDED,
    REJECTED,
    WITHOUT_A_KEY,
    CLOSED,
    KILLED,
    CUT_IN_RESTORE,
    WIPED_DIRECTORY,
    OLD_DIRECTORY,
    CORRUPTED,
    LOG_LOST_ITS_END
  }

  @BeforeEach
  void open() {
    resources = new RocksResources(16 << 20);
  }

  @AfterEach
  void close() {
    resources.close();
  }

  @Test
  void anyDeliveryOfAnyLogGivesTheFoldOfTheLog(@TempDir Path folder) throws IOException {
    long seed = Seed.of("ViewStoreRandomisedTest");
    for (int round = 0; round < ROUNDS; round++) {
      try {
        new Round(seed + round, Files.createDirectory(folder.resolve("round-" + round))).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("reproduce with -Dflowledger.test.seed=" + (seed + round), e);
      }
    }
    assertThat(happened).containsOnlyKeys(Happening.values());
  }

  /** One log and the life of its view. */
  private final class Round {
    private final Random random;
    private final Path folder;
    private final FakeLog log = new FakeLog();
    private final RandomEvents events;
    private final List<Path> oldDirectories = new ArrayList<>();
    private int directories;
    private Path directory;

    /** The offset that the group goes on from. */
    private int group;

    Round(long seed, Path folder) {
      this.random = new Random(seed);
      this.folder = folder;
      this.events = new RandomEvents(random, serde);
      this.directory = newDirectory();
    }

    void run() {
      appendUpTo(1 + random.nextInt(MAX_RECORDS));
      while (!lifeOfAProcess()) {
        misfortune();
      }
      deleteFolder();
    }

    private void appendUpTo(int end) {
      while (log.end() < end) {
        if (oneIn(30)) {
          log.mark();
        } else {
          events.appendTo(log);
        }
      }
    }

    /** Returns whether it saw the end of the log. */
    private boolean lifeOfAProcess() {
      ReadableStore readable = new ReadableStore();
      ViewStore store = new ViewStore(kind, resources, log, readable);
      StoreContext context = new StoreContext(directory);
      store.init(context, store);
      if (!restore(store, context)) {
        happened(Happening.CUT_IN_RESTORE);
        store.close();
        return false;
      }
      store.goLive();
      boolean complete = live(store);
      if (complete) {
        assertThat(InMemoryView.rowsOf(readable.table())).isEqualTo(fold().rows());
      } else if (oneIn(2)) {
        happened(Happening.KILLED);
        directory = copyOf(directory); // as it is on disk, with the store still open
      } else {
        happened(Happening.CLOSED);
      }
      store.close();
      return complete;
    }

    /** From the committed offset of the store to that of the group, as Kafka Streams does it. */
    private boolean restore(ViewStore store, StoreContext context) {
      Long committed = store.committedOffset(FakeLog.PARTITION);
      int next = committed == null ? 0 : (int) (committed + 1);
      while (next < group) {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        for (int size = 1 + random.nextInt(20); size > 0 && next < group; size--, next++) {
          if (log.isRecord(next)) {
            batch.add(log.record(next));
          }
        }
        context.restore(StreamsRestore.of(batch));
        if (oneIn(10)) {
          return false;
        }
      }
      return true;
    }

    private boolean live(ViewStore store) {
      for (int next = group; next < log.end(); ) {
        for (int poll = 1 + random.nextInt(8); poll > 0 && next < log.end(); poll--, next++) {
          ConsumerRecord<byte[], byte[]> record = log.record(next);
          if (log.isRecord(next)) {
            store.apply(record.key(), record.value(), record.offset());
          }
          if (oneIn(60)) {
            return false;
          }
        }
        store.write();
        if (oneIn(3)) {
          group = next;
          if (oneIn(20)) {
            return false;
          }
          store.commit(Map.of(FakeLog.PARTITION, (long) next - 1));
        }
        if (oneIn(40)) {
          happened(Happening.CORRUPTED);
          store.commit(Map.of());
          return false;
        }
      }
      store.write();
      return true;
    }

    private void misfortune() {
      if (oneIn(4)) {
        oldDirectories.add(copyOf(directory));
      }
      if (oneIn(8)) {
        happened(Happening.WIPED_DIRECTORY);
        directory = newDirectory();
      } else if (!oldDirectories.isEmpty() && oneIn(4)) {
        happened(Happening.OLD_DIRECTORY);
        directory = copyOf(oldDirectories.get(random.nextInt(oldDirectories.size())));
      }
      if (oneIn(8)) {
        happened(Happening.LOG_LOST_ITS_END);
        int end = log.end();
        log.loseEnd(random.nextInt(end));
        group = Math.min(group, log.end());
        appendUpTo(random.nextInt(end + 1));
      }
    }

    private InMemoryView fold() {
      InMemoryView view = new InMemoryView();
      for (int offset = 0; offset < log.end(); offset++) {
        if (!log.isRecord(offset)) {
          continue;
        }
        ConsumerRecord<byte[], byte[]> record = log.record(offset);
        byte[] key = record.key();
        Verdict verdict =
            key == null
                ? new Verdict.Rejected("the record has no key")
                : projection.apply(key, record.value(), offset, view);
        if (key == null) {
          happened(Happening.WITHOUT_A_KEY);
        }
        if (verdict instanceof Verdict.Applied) {
          happened(Happening.APPLIED);
        } else {
          happened(verdict instanceof Verdict.Rejected ? Happening.REJECTED : Happening.SUPERSEDED);
          view.put(Keys.verdict(offset), verdict.toRow());
        }
      }
      return view;
    }

    private boolean oneIn(int chances) {
      return random.nextInt(chances) == 0;
    }

    private Path newDirectory() {
      return Directories.create(unusedPath());
    }

    private Path unusedPath() {
      return folder.resolve("directory-" + directories++);
    }

    private Path copyOf(Path original) {
      Path copy = unusedPath();
      Directories.copy(original, copy);
      return copy;
    }

    private void deleteFolder() {
      Directories.delete(folder);
    }
  }

  private void happened(Happening happening) {
    happened.merge(happening, 1, Integer::sum);
  }
}
