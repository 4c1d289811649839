package io.flowledger.projector.log;

import io.flowledger.projector.chain.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The first 16 bytes of the SHA-256 of a record's key and value. */
public record RecordFingerprint(long high, long low) {

  public static RecordFingerprint of(byte @Nullable [] key, byte @Nullable [] value) {
    MessageDigest sha = Sha256.create();
    sha.update(key == null ? new byte[0] : key);
    sha.update((byte) 0);
    sha.update(value == null ? new byte[0] : value);
    ByteBuffer digest = ByteBuffer.wrap(sha.digest());
    return new RecordFingerprint(digest.getLong(), digest.getLong());
  }
}
