package io.flowledger.projector.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.log.LogRecords;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.RocksView;
import io.flowledger.projector.store.WriteAhead;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastStatesTest {

  private static final int EVENTS = 12;
  private static final PastScope FLOW = new PastScope("F", OptionalLong.empty());

  private final EventSerde serde = Events.serde();
  private final RocksResources resources = new RocksResources(8 << 20);
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  @TempDir private Path folder = Path.of("");
  private RocksTable table;

  @BeforeEach
  void project() {
    table = new RocksTable(folder.resolve("view").toFile(), resources);
    EventsProjection projection = new EventsProjection(serde);
    try (WriteAhead ahead = new WriteAhead(table)) {
      append(serde.serialize(Events.flow(1, "F", 1)), projection, ahead);
      for (int i = 1; i < EVENTS; i++) {
        append(serde.serialize(Events.run(1 + i, "F", i, null, null, i)), projection, ahead);
      }
      ahead.flush();
    }
  }

  private void append(byte[] event, RecordProjection projection, WriteAhead ahead) {
    long offset = records.size();
    records.add(new ConsumerRecord<>("events", 0, offset, Events.utf8("F"), event));
    assertThat(projection.apply(Events.utf8("F"), event, offset, ahead)).isEqualTo(Verdict.APPLIED);
  }

  @AfterEach
  void close() {
    table.close();
    resources.close();
  }

  private PastStates states(LogRecords log) {
    return new PastStates(
        folder.resolve("past"), new EventsProjection(serde), log, resources, System::nanoTime);
  }

  private RocksView view() {
    return new RocksView(table, table);
  }

  @Test
  void whoClosesEndsTheMakingOfAState() {
    int[] read = {0};
    PastStates[] states = new PastStates[1];
    Thread closing = new Thread(() -> states[0].close());
    states[0] =
        states(
            (partition, offsets, visitor) -> {
              for (ConsumerRecord<byte[], byte[]> record : records) {
                read[0]++;
                if (read[0] == 4) {
                  closing.start();
                  awaitBlocked(closing);
                }
                assertThat(visitor.test(record)).isTrue();
              }
            });
    assertThatThrownBy(() -> states[0].open(view(), 0, FLOW, PastBound.ofOffset(EVENTS), 1))
        .isExactlyInstanceOf(ViewUnavailableException.class)
        .hasMessage("past states are not read any more");
    assertThat(read[0]).isEqualTo(4);
    assertThat(folder.resolve("past").resolve("0")).doesNotExist();
  }

  /** By the state that is being made, since whoever closes waits for that. */
  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aStateIsWrittenInBatchesOfABoundedSize() {
    byte[] large = new byte[300 << 10];
    RocksTable past = new RocksTable(folder.resolve("bounded").toFile(), resources);
    List<Boolean> firstIsWritten = new ArrayList<>();
    PastFold.write(
        (key, value, offset, writer) -> {
          firstIsWritten.add(past.get(Keys.run(0)) != null);
          writer.put(Keys.run(offset), large);
          return Verdict.APPLIED;
        },
        view(),
        (partition, offsets, visitor) -> assertThat(records.subList(0, 6)).allMatch(visitor),
        0,
        FLOW,
        PastBound.ofOffset(EVENTS),
        past);
    past.close();
    assertThat(firstIsWritten).containsExactly(false, false, false, false, true, true);
  }
}
