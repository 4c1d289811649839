package io.flowledger.projector.audit;

import io.flowledger.projector.chain.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A digest of a set of rows that does not depend on their order: the sum of the SHA-256 of each,
 * behind a key. Who does not know the key cannot make two sets of one digest; a key is drawn for
 * each comparison, when all rows are there already.
 */
final class RowDigest {

  /** Of a key. */
  static final int KEY_BYTES = 32;

  private static final int HASH_BYTES = 32;

  private final MessageDigest sha = Sha256.create();
  private final byte[] key;
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
  private final long[] sum = new long[HASH_BYTES / Long.BYTES];

  RowDigest(byte[] key) {
    this.key = key.clone();
  }

  void add(byte[] rowKey, byte[] value) {
    sha.update(key);
    sha.update(length.putInt(0, rowKey.length).array());
    sha.update(rowKey);
    sha.update(value);
    ByteBuffer hash = ByteBuffer.wrap(sha.digest());
    for (int i = 0; i < sum.length; i++) {
      sum[i] += hash.getLong();
    }
  }

  boolean isOfSameRows(RowDigest other) {
    return Arrays.equals(sum, other.sum);
  }
}
