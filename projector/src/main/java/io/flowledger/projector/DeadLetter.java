package io.flowledger.projector;

import io.flowledger.projector.readmodel.Verdict;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a record takes with it to the dead letters: where it came from, and why. */
public final class DeadLetter {

  /** What the names of our own headers start with. */
  public static final String HEADERS = "flowledger.";

  public static final String SOURCE_TOPIC = HEADERS + "source.topic";
  public static final String SOURCE_PARTITION = HEADERS + "source.partition";
  public static final String SOURCE_OFFSET = HEADERS + "source.offset";
  public static final String REASON = HEADERS + "reason";

  static final Verdict.Rejected NO_KEY = new Verdict.Rejected("the record has no key");

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);

  private DeadLetter() {}

  /**
   * The headers of the dead letter; logs it.
   *
   * @param own headers of the record itself, which are kept
   */
  static Headers headers(
      Iterable<Header> own, String topic, int partition, long offset, String reason) {
    LOG.warn("{}-{}@{} goes to the dead letters: {}", topic, partition, offset, reason);
    Headers headers = new RecordHeaders(own);
    add(headers, SOURCE_TOPIC, topic);
    add(headers, SOURCE_PARTITION, Integer.toString(partition));
    add(headers, SOURCE_OFFSET, Long.toString(offset));
    add(headers, REASON, reason);
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
