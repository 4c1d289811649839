package io.flowledger.deploy.copy;

import io.flowledger.projector.chain.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Digests of records: of all that a copy does not change. For one thread. */
final class RecordDigest {

  private final MessageDigest sha = Sha256.create();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  /** The digest of a record: its key, value, headers and time. */
  byte[] of(ConsumerRecord<byte[], byte[]> record) {
    return of(record, header -> true);
  }

  /**
   * The same without some of its headers.
   *
   * @param headers which count
   */
  byte[] of(ConsumerRecord<byte[], byte[]> record, Predicate<Header> headers) {
    number(record.timestamp());
    bytes(record.key());
    bytes(record.value());
    for (Header header : record.headers()) {
      if (headers.test(header)) {
        bytes(header.key().getBytes(StandardCharsets.UTF_8));
        bytes(header.value());
      }
    }
    return sha.digest();
  }

  /** The digest of a sequence that goes on with one more record. */
  byte[] chain(byte[] before, byte[] next) {
    sha.update(before);
    sha.update(next);
    return sha.digest();
  }

  private void bytes(byte @Nullable [] bytes) {
    number(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      sha.update(bytes);
    }
  }

  private void number(long value) {
    number.clear();
    sha.update(number.putLong(value).flip());
  }
}
