package io.flowledger.projector.chain;

/**
 * The hash chain as a view keeps it beside its rows: for each record its offset within the block of
 * 256 and the first bytes of the head after it, so that where two logs part is found to the record.
 */
public final class Ledger {

  private static final int HASH_BYTES = 8;
  public static final int ENTRY_BYTES = 1 + HASH_BYTES;

  private Ledger() {}

  public static byte[] entry(LogHead head) {
    byte[] entry = new byte[ENTRY_BYTES];
    entry[0] = (byte) head.offset();
    System.arraycopy(head.hash(), 0, entry, 1, HASH_BYTES);
    return entry;
  }
}
