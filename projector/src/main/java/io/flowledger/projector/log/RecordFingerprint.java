package io.flowledger.projector.log;

import io.flowledger.projector.chain.Sha256;
import io.flowledger.schemas.serde.Framing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The first 16 bytes of the SHA-256 of a record's key and value, each behind its length in four
 * bytes; -1 is the length of none.
 */
public record RecordFingerprint(long high, long low) {

  public static RecordFingerprint of(byte @Nullable [] key, byte @Nullable [] value) {
    MessageDigest sha = Sha256.create();
    update(sha, key);
    update(sha, value);
    ByteBuffer digest = ByteBuffer.wrap(sha.digest());
    return new RecordFingerprint(digest.getLong(), digest.getLong());
  }

  static RecordFingerprint of(ConsumerRecord<byte[], byte[]> record) {
    return of(record.key(), Framing.framed(record.headers(), record.value()));
  }

  private static void update(MessageDigest sha, byte @Nullable [] bytes) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes == null ? -1 : bytes.length));
    if (bytes != null) {
      sha.update(bytes);
    }
  }
}
