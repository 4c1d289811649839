package io.flowledger.projector.chain;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The head of the hash chain over one partition of the log: each record's hash is the SHA-256 of
 * the hash before it and of the record, so the head stands for all records up to there in their
 * order. Every record enters, whatever it holds, with its key and its {@linkplain
 * io.flowledger.schemas.serde.Framing framed} value, each behind its length in four bytes; -1 is
 * the length of none. Offsets and broker's timestamps do not enter: in a copy of the log they may
 * differ.
 *
 * @param offset of the last record, -1 before the first
 * @param records how many there are up to there
 * @param hash 32 bytes, zero before the first record
 */
public record LogHead(long offset, long records, byte[] hash) {

  private static final ThreadLocal<MessageDigest> SHA_OF_THREAD =
      ThreadLocal.withInitial(Sha256::create);

  /** Length of a hash. */
  public static final int HASH_BYTES = 32;

  /** Before the first record. */
  public static final LogHead EMPTY = new LogHead(-1, 0, new byte[HASH_BYTES]);

  /** The head after one more record. */
  public LogHead next(byte @Nullable [] key, byte @Nullable [] value, long recordOffset) {
    MessageDigest sha = SHA_OF_THREAD.get();
    sha.update(hash);
    update(sha, key);
    update(sha, value);
    return new LogHead(recordOffset, records + 1, sha.digest());
  }

  private static void update(MessageDigest sha, byte @Nullable [] bytes) {
    if (bytes == null) {
      sha.update(length(-1));
    } else {
      sha.update(length(bytes.length));
      sha.update(bytes);
    }
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
  }

  /** The hash in hexadecimal. */
  public String hex() {
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogHead head
        && head.offset == offset
        && head.records == records
        && Arrays.equals(head.hash, hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return offset + " (" + records + " records): " + hex();
  }
}
