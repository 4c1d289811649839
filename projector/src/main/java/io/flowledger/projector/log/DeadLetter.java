package io.flowledger.projector.log;

import io.flowledger.schemas.topic.DeadLetterHeaders;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record as it goes to the dead letters, with headers that say where it came from, and why. What
 * that topic does not take is left out: a record may be larger there than it was, by these headers
 * or since it was compressed.
 */
public record DeadLetter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);
  private static final int LONGEST_REASON = 1000; // it may name what is as long as a record
  private static final int BATCH_OVERHEAD_BYTES = 128;
  private static final int HEADER_OVERHEAD_BYTES = 10;

  /** Where a record came from. */
  public record Source(String topic, int partition, long offset) {}

  /** How many bytes the topic of the dead letters takes. */
  public static int mostBytes(Topics topics) {
    return topics.maxMessageBytes();
  }

  /**
   * The dead letter of a record; logs it.
   *
   * @param own headers of the record itself
   * @param mostBytes that it may have in the log
   */
  public static DeadLetter of(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Iterable<Header> own,
      Source source,
      String reason,
      int mostBytes) {
    String why =
        reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason;
    DeadLetter whole = new DeadLetter(key, value, headers(own, source, why));
    DeadLetter letter = whole;
    if (letter.bytes() > mostBytes) {
      letter = without("value", key, headers(own, source, why));
    }
    if (letter.bytes() > mostBytes) {
      letter = without("key, value, own headers", null, headers(new RecordHeaders(), source, why));
    }
    LOG.warn(
        "{}-{}@{} goes to the dead letters{}: {}",
        source.topic(),
        source.partition(),
        source.offset(),
        letter == whole ? "" : " without what is too large for them",
        why);
    return letter;
  }

  private static DeadLetter without(String what, byte @Nullable [] key, Headers headers) {
    add(headers, DeadLetterHeaders.LEFT_OUT, what);
    return new DeadLetter(key, null, headers);
  }

  private static Headers headers(Iterable<Header> own, Source source, String reason) {
    Headers headers = new RecordHeaders(own);
    add(headers, DeadLetterHeaders.SOURCE_TOPIC, source.topic());
    add(headers, DeadLetterHeaders.SOURCE_PARTITION, Integer.toString(source.partition()));
    add(headers, DeadLetterHeaders.SOURCE_OFFSET, Long.toString(source.offset()));
    add(headers, DeadLetterHeaders.REASON, reason);
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** What it takes in the log at most. */
  private long bytes() {
    long bytes = BATCH_OVERHEAD_BYTES + (long) length(key) + length(value);
    for (Header header : headers) {
      // A char takes three bytes at most.
      bytes += HEADER_OVERHEAD_BYTES + 3L * header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
