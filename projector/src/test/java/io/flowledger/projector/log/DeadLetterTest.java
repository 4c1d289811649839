package io.flowledger.projector.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** A dead letter is as much of its record as its topic takes. */
class DeadLetterTest {

  private static final int MOST = 10_000;
  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {2};

  private static DeadLetter letter(byte[] key, byte[] value, byte[] header, String reason) {
    return DeadLetter.of(
        key,
        value,
        new RecordHeaders().add("own", header),
        new DeadLetter.Source("events", 3, 4),
        reason,
        MOST);
  }

  private static Map<String, String> headers(DeadLetter letter) {
    Map<String, String> headers = new LinkedHashMap<>();
    letter
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  private static Map<String, String> source(String... more) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    headers.put("flowledger.source.topic", "events");
    headers.put("flowledger.source.partition", "3");
    headers.put("flowledger.source.offset", "4");
    return headers;
  }

  @Test
  void whatFitsIsWhole() {
    DeadLetter letter = letter(KEY, VALUE, new byte[] {'x'}, "why");
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(VALUE);
    assertThat(headers(letter)).isEqualTo(source("own", "x", "flowledger.reason", "why"));
  }

  @Test
  void aValueThatDoesNotFitIsLeftOut() {
    DeadLetter letter = letter(KEY, new byte[MOST], new byte[] {'x'}, "why");
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isNull();
    assertThat(headers(letter))
        .isEqualTo(source("own", "x", "flowledger.reason", "why", "flowledger.left-out", "value"));
  }

  @Test
  void withoutTheRestWhatCameWithItIsLeftOutToo() {
    Map<String, String> bare =
        source("flowledger.reason", "why", "flowledger.left-out", "key, value, own headers");
    DeadLetter ofLargeKey = letter(new byte[MOST], VALUE, new byte[] {'x'}, "why");
    assertThat(ofLargeKey.key()).isNull();
    assertThat(ofLargeKey.value()).isNull();
    assertThat(headers(ofLargeKey)).isEqualTo(bare);
    assertThat(headers(letter(KEY, VALUE, new byte[MOST], "why"))).isEqualTo(bare);
  }

  /** It may name a flow whose name is as long as a record. */
  @Test
  void aLongReasonIsCut() {
    DeadLetter letter = letter(KEY, VALUE, new byte[] {'x'}, "y".repeat(MOST));
    assertThat(letter.value()).isEqualTo(VALUE);
    assertThat(headers(letter))
        .isEqualTo(source("own", "x", "flowledger.reason", "y".repeat(1000) + "..."));
  }
}
