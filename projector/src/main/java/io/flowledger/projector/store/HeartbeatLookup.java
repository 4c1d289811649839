package io.flowledger.projector.store;

import io.flowledger.projector.layout.NumberRow;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The last heartbeats of runs and tasks, by their keys; epoch seconds. */
interface HeartbeatLookup {

  OptionalLong of(byte[] key);

  /** Lends a lookup for keys that come in descending order, more or less. */
  void lendDescending(Consumer<Descending> borrower);

  /** Looks up one after another. */
  @FunctionalInterface
  interface Descending {
    OptionalLong of(byte[] key);
  }

  /** The later one of two heartbeats, of which there may be none. */
  static OptionalLong later(OptionalLong a, OptionalLong b) {
    return a.isEmpty() || (b.isPresent() && b.getAsLong() > a.getAsLong()) ? b : a;
  }

  static HeartbeatLookup in(RocksTable table) {
    return new HeartbeatLookup() {
      @Override
      public OptionalLong of(byte[] key) {
        return NumberRow.in(table.get(key));
      }

      @Override
      public void lendDescending(Consumer<Descending> borrower) {
        table.lookUpDescending(rows -> borrower.accept(key -> NumberRow.in(rows.get(key))));
      }
    };
  }

  /**
   * As they were at a moment. Only the latest heartbeat is kept: whatever has beaten after the
   * moment was alive then, so the moment itself counts as its heartbeat.
   */
  default HeartbeatLookup at(long epochSeconds) {
    HeartbeatLookup now = this;
    return new HeartbeatLookup() {
      @Override
      public OptionalLong of(byte[] key) {
        return notAfter(now.of(key));
      }

      @Override
      public void lendDescending(Consumer<Descending> borrower) {
        now.lendDescending(lookup -> borrower.accept(key -> notAfter(lookup.of(key))));
      }

      private OptionalLong notAfter(OptionalLong beat) {
        return beat.isPresent() && beat.getAsLong() > epochSeconds
            ? OptionalLong.of(epochSeconds)
            : beat;
      }
    };
  }
}
