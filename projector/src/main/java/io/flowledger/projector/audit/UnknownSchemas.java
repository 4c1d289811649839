package io.flowledger.projector.audit;

import io.flowledger.projector.layout.KeyParts;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The records that a view has rejected since their schema was not in the registry. That is the one
 * verdict that depends on more than the log: it may be there since. Whoever compares the view with
 * what the log gives leaves them rejected, and says so.
 */
public final class UnknownSchemas {

  private final RocksTable view;
  private final long[] offsets;
  private final boolean[] knownNow;

  private UnknownSchemas(RocksTable view, long[] offsets) {
    this.view = view;
    this.offsets = offsets;
    this.knownNow = new boolean[offsets.length];
  }

  public static UnknownSchemas in(RocksTable view) {
    LongStream.Builder offsets = LongStream.builder();
    byte[] prefix = Keys.verdicts().bytes();
    view.scan(
        prefix,
        prefix,
        row -> {
          byte[] key = row.key();
          byte[] verdict = row.value();
          if (key.length == prefix.length + Long.BYTES
              && verdict.length > 0
              && isUnknown(Verdict.fromRow(verdict))) {
            offsets.add(new KeyParts(key, prefix.length).number());
          }
          return true;
        });
    return new UnknownSchemas(view, offsets.build().toArray());
  }

  /** As {@link io.flowledger.schemas.serde.EventSerde} says it. */
  private static boolean isUnknown(Verdict verdict) {
    return verdict instanceof Verdict.Rejected rejected
        && rejected.reason().startsWith("schema ")
        && rejected.reason().endsWith(" is not in the registry");
  }

  /** Whether the view has rejected the record for that. */
  boolean has(long offset) {
    return Arrays.binarySearch(offsets, offset) >= 0;
  }

  /** Rejects such a record once more, whatever the registry says now. */
  void reject(
      RecordProjection projection,
      byte[] key,
      byte @Nullable [] value,
      long offset,
      ViewWriter writer) {
    Verdict now = projection.apply(key, value, offset, new Discarded(writer));
    byte[] row = Keys.verdict(offset);
    byte[] before = view.get(row);
    boolean known = !isUnknown(now);
    knownNow[Arrays.binarySearch(offsets, offset)] = known;
    writer.put(row, known && before != null ? before : now.toRow());
  }

  /** What there is to say; empty where all of them are still unknown. */
  String remark() {
    int count = 0;
    long first = 0;
    for (int i = offsets.length - 1; i >= 0; i--) {
      if (knownNow[i]) {
        count++;
        first = offsets[i];
      }
    }
    return count == 0
        ? ""
        : ("records from offset %d on (%d in all) are not in its view, since their schema was not"
                + " in the registry then; it is now")
            .formatted(first, count);
  }

  /** Takes what one record writes, and keeps it from the view. */
  private static final class Discarded implements ViewWriter {
    private final ViewWriter view;
    private final Map<ByteBuffer, byte[]> rows = new HashMap<>();

    Discarded(ViewWriter view) {
      this.view = view;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      byte[] row = rows.get(ByteBuffer.wrap(key));
      return row != null ? row : view.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
      rows.put(ByteBuffer.wrap(key), value);
    }

    /** To rows that no projection looks at. */
    @Override
    public void append(byte[] key, byte[] addition) {}
  }
}
