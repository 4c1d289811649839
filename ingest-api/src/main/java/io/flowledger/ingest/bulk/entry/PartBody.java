package io.flowledger.ingest.bulk.entry;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonPiece;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A part of a bulk request as it goes from node to node. Before the bytes of each entry, which are
 * not touched, since idempotency keys are made of them, there are three integers: what the entry is
 * called, below zero (its complement) where it does not go on with what is before it; its line, 0
 * where lines mean nothing; and how many bytes there are.
 */
public final class PartBody {

  /** What an entry takes beside its own bytes. */
  public static final int BYTES_OF_HEAD = 3 * Integer.BYTES;

  private static final int FIRST_ENTRIES = 256;

  private PartBody() {}

  public static Buffer encode(BulkBody part) {
    int length = 0;
    for (int i = 0; i < part.size(); i++) {
      length += BYTES_OF_HEAD + part.entry(i).length();
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < part.size(); i++) {
      JsonPiece entry = part.entry(i);
      bytes.putInt(part.isFirst(i) ? ~part.index(i) : part.index(i));
      bytes.putInt(entry.line()).putInt(entry.length());
      bytes.put(entry.bytes(), entry.start(), entry.length());
    }
    return Buffer.buffer(bytes.array());
  }

  /**
   * @param maxEntries of the whole request
   * @throws RefusedException 400 when it is none
   */
  public static BulkBody decode(byte[] body, int maxEntries) {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    int size = 0;
    int[] indices = new int[FIRST_ENTRIES];
    int[] lines = new int[FIRST_ENTRIES];
    int[] starts = new int[FIRST_ENTRIES];
    int[] ends = new int[FIRST_ENTRIES];
    BitSet firsts = new BitSet();
    while (bytes.remaining() >= BYTES_OF_HEAD) {
      if (size == indices.length) {
        indices = Arrays.copyOf(indices, size * 2);
        lines = Arrays.copyOf(lines, size * 2);
        starts = Arrays.copyOf(starts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
      }
      int called = bytes.getInt();
      int index = called < 0 ? ~called : called;
      lines[size] = bytes.getInt();
      int length = bytes.getInt();
      boolean ascends = size == 0 || index > indices[size - 1];
      if (!ascends || index >= maxEntries || length < 0 || length > bytes.remaining()) {
        throw malformed();
      }
      if (called < 0) {
        firsts.set(index);
      }
      indices[size] = index;
      starts[size] = bytes.position();
      bytes.position(bytes.position() + length);
      ends[size++] = bytes.position();
    }
    if (size == 0 || bytes.hasRemaining()) {
      throw malformed();
    }
    return BulkBody.part(
        body,
        Arrays.copyOf(starts, size),
        Arrays.copyOf(ends, size),
        Arrays.copyOf(lines, size),
        Arrays.copyOf(indices, size),
        firsts);
  }

  private static RefusedException malformed() {
    return RefusedException.malformed("the body is no part of a bulk request");
  }
}
