package io.flowledger.projector.row;

import io.flowledger.schemas.Envelope;
import java.nio.ByteBuffer;

/**
 * Entry of an event in the index of positions: enough to leave most of what is not asked for
 * unread. The events of an object are indexed in blocks of 256 offsets, one row each, to which
 * entries are added as they come.
 *
 * @param offset in the partition of the events topic
 * @param tsEpoch epoch milliseconds, of 48 bits
 * @param stepHash of the name of the step: other steps may have the same
 * @param taskId number of the task, 0 for an event of anything above tasks
 */
public record IndexedEvent(
    long offset, Envelope.Kind kind, long tsEpoch, int stepHash, long taskId) {

  private static final int OFFSET_BITS = 8;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
  private static final int FIXED_BYTES = 10;
  private static final int MOST_BYTES = FIXED_BYTES + 10;
  private static final int TIME_SHIFT = 16;
  private static final int HASH_MASK = 0xffff;
  private static final int VARINT_BITS = 7;
  private static final int VARINT_MASK = (1 << VARINT_BITS) - 1;
  private static final Envelope.Kind[] KINDS = Envelope.Kind.values();

  public static IndexedEvent of(long offset, Envelope event) {
    String step = event.stepName();
    return new IndexedEvent(
        offset, event.kind(), event.tsEpoch(), step == null ? 0 : hash(step), event.taskId());
  }

  /** As in {@link #stepHash}. */
  public static int hash(String stepName) {
    int hash = stepName.hashCode(); // the same in every JVM
    return (hash ^ hash >>> TIME_SHIFT) & HASH_MASK;
  }

  /** The block that an offset is in. */
  public static long block(long offset) {
    return offset >>> OFFSET_BITS;
  }

  /** The first offset of a block. */
  public static long firstOf(long block) {
    return block << OFFSET_BITS;
  }

  /** The entry in the row of the block. */
  public byte[] toEntry() {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    bytes.put((byte) (offset & OFFSET_MASK)).put((byte) kind.ordinal());
    bytes.putLong(tsEpoch << TIME_SHIFT | stepHash);
    long rest = taskId;
    while ((rest & ~VARINT_MASK) != 0) {
      bytes.put((byte) (rest | ~VARINT_MASK));
      rest >>>= VARINT_BITS;
    }
    bytes.put((byte) rest);
    byte[] entry = new byte[bytes.position()];
    bytes.get(0, entry);
    return entry;
  }

  /**
   * Visits the entries of a block in their order.
   *
   * @return whether the visitor wants more
   */
  public static boolean visit(long block, byte[] row, RowVisitor<IndexedEvent> visitor) {
    ByteBuffer bytes = ByteBuffer.wrap(row);
    while (bytes.hasRemaining()) {
      long offset = firstOf(block) | (bytes.get() & OFFSET_MASK);
      Envelope.Kind kind = KINDS[bytes.get()];
      long timeAndStep = bytes.getLong();
      long task = 0;
      byte part;
      int shift = 0;
      do {
        part = bytes.get();
        task |= (long) (part & VARINT_MASK) << shift;
        shift += VARINT_BITS;
      } while (part < 0);
      if (!visitor.visit(
          new IndexedEvent(
              offset, kind, timeAndStep >> TIME_SHIFT, (int) (timeAndStep & HASH_MASK), task))) {
        return false;
      }
    }
    return true;
  }
}
