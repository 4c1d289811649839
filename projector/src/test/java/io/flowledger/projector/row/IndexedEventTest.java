package io.flowledger.projector.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.schemas.Envelope;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexedEventTest {

  private static final long BLOCK = 3L << 33;

  private static final List<IndexedEvent> EVENTS =
      List.of(
          event(0, Envelope.Kind.FLOW, 0, 0, 0),
          event(1, Envelope.Kind.RUN, -1, 0xffff, 1),
          event(5, Envelope.Kind.TASK, 1_795_462_006_975L, 0x8000, 127),
          event(6, Envelope.Kind.METADATA, (1L << 47) - 1, 1, 128),
          event(254, Envelope.Kind.ARTIFACTS, -(1L << 47), 2, Long.MAX_VALUE),
          event(255, Envelope.Kind.TAGS, 1, 3, -1));

  private static IndexedEvent event(
      int inBlock, Envelope.Kind kind, long tsEpoch, int stepHash, long task) {
    return new IndexedEvent(IndexedEvent.firstOf(BLOCK) + inBlock, kind, tsEpoch, stepHash, task);
  }

  private static byte[] row() {
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    EVENTS.forEach(event -> row.writeBytes(event.toEntry()));
    return row.toByteArray();
  }

  @Test
  void readsABlockAsItWasWritten() {
    List<IndexedEvent> read = new ArrayList<>();
    assertThat(IndexedEvent.visit(BLOCK, row(), read::add)).isTrue();
    assertThat(read).isEqualTo(EVENTS);
  }

  @Test
  void stopsWhenTheVisitorHasHadEnough() {
    List<IndexedEvent> read = new ArrayList<>();
    assertThat(
            IndexedEvent.visit(
                BLOCK,
                row(),
                event -> {
                  read.add(event);
                  return read.size() < 2;
                }))
        .isFalse();
    assertThat(read).isEqualTo(EVENTS.subList(0, 2));
  }

  @Test
  void aBlockHas256Offsets() {
    assertThat(IndexedEvent.block(255)).isZero();
    assertThat(IndexedEvent.block(256)).isEqualTo(1);
    assertThat(IndexedEvent.firstOf(1)).isEqualTo(256);
  }
}
