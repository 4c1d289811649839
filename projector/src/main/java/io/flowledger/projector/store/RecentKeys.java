package io.flowledger.projector.store;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which keys have been seen lately, in memory of a fixed size: a key may be forgotten at any time,
 * but is never taken for seen when it was not. Keys are told apart by 128 bits of hash, from a seed
 * that nobody outside knows, so that no two are alike by chance or by intent.
 */
public final class RecentKeys {

  /** Enough for the runs of a partition that are under way at a time, at some 20 keys each. */
  private static final int SLOTS = 1 << 14;

  private static final Hasher128 HASHER = Hashing.xxh3_128(new SecureRandom().nextLong());

  /** Two numbers a slot; none before the first key, since few of all views see any. */
  private long @Nullable [] slots;

  /**
   * Adds a key.
   *
   * @param bytes that begin with the key
   * @return whether it is not known to have been there
   */
  public boolean add(byte[] bytes, int length) {
    long[] known = slots;
    if (known == null) {
      known = new long[2 * SLOTS];
      slots = known;
    }
    HashValue128 hash = HASHER.hashBytesTo128Bits(bytes, 0, length);
    long high = hash.getMostSignificantBits();
    long low = hash.getLeastSignificantBits();
    int slot = 2 * (int) (low & (SLOTS - 1));
    if (known[slot] == high && known[slot + 1] == low) {
      return false;
    }
    known[slot] = high;
    known[slot + 1] = low;
    return true;
  }

  void clear() {
    if (slots != null) {
      Arrays.fill(slots, 0);
    }
  }
}
