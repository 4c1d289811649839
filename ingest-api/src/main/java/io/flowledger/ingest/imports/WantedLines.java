package io.flowledger.ingest.imports;

import io.flowledger.event.Heartbeat;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.schemas.Envelope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * Lines that are to be appended: which ones they are, and while they take little memory, what is to
 * be appended of them too.
 */
final class WantedLines {

  private static final long MOST_BYTES = 16 << 20;
  private static final int OVERHEAD = 128;

  /**
   * What is to be appended of a line.
   *
   * @param beat where it is a heartbeat
   * @param alone whether nothing else may be on its way meanwhile
   */
  record Serialized(String flowId, Optional<Heartbeat> beat, boolean alone, byte[] bytes) {

    /**
     * Appends that are on their way together may fail apart. Of everything else a gap can be filled
     * later, but tags are what their last change makes them, and what came too late or too early
     * where it comes from must do so here.
     */
    static Serialized of(ImportLine line, byte[] bytes) {
      SpecificRecord event = line.present();
      return event instanceof Heartbeat beat
          ? new Serialized(beat.getFlowId(), Optional.of(beat), false, bytes)
          : new Serialized(
              Envelope.of(event).orElseThrow().flowId(),
              Optional.empty(),
              event instanceof RunTagsMutated || !line.verdict().equals(ImportLine.APPLIED),
              bytes);
    }
  }

  private final BitSet numbers = new BitSet();
  private final List<Serialized> kept = new ArrayList<>();
  private long bytes;

  void add(int number, ImportLine line, byte[] serialized) {
    numbers.set(number);
    bytes += serialized.length + OVERHEAD;
    if (bytes <= MOST_BYTES) {
      kept.add(Serialized.of(line, serialized));
    } else {
      kept.clear();
    }
  }

  boolean contains(int number) {
    return numbers.get(number);
  }

  int count() {
    return numbers.cardinality();
  }

  /** All of them, in their order, if they are kept. */
  Optional<List<Serialized>> all() {
    return bytes <= MOST_BYTES ? Optional.of(kept) : Optional.empty();
  }
}
