package io.flowledger.projector.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogHeadTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One record after another; "-" is no key, or no value. */
  private static LogHead after(String... keysAndValues) {
    LogHead head = LogHead.EMPTY;
    for (int i = 0; i < keysAndValues.length; i += 2) {
      head = head.next(bytes(keysAndValues[i]), bytes(keysAndValues[i + 1]), i / 2);
    }
    return head;
  }

  private static byte @Nullable [] bytes(String text) {
    return text.equals("-") ? null : utf8(text);
  }

  @Test
  void isTheHashOfTheHashBeforeAndTheRecord() throws NoSuchAlgorithmException {
    byte[] first =
        MessageDigest.getInstance("SHA-256")
            .digest(
                ByteBuffer.allocate(32 + 4 + 1 + 4 + 2)
                    .put(new byte[32])
                    .putInt(1)
                    .put(utf8("F"))
                    .putInt(2)
                    .put(utf8("v1"))
                    .array());
    byte[] second =
        MessageDigest.getInstance("SHA-256")
            .digest(
                ByteBuffer.allocate(32 + 4 + 1 + 4)
                    .put(first)
                    .putInt(1)
                    .put(utf8("G"))
                    .putInt(-1)
                    .array());
    LogHead head = LogHead.EMPTY.next(utf8("F"), utf8("v1"), 7);
    assertThat(head).isEqualTo(new LogHead(7, 1, first));
    assertThat(head.next(utf8("G"), null, 9)).isEqualTo(new LogHead(9, 2, second));
  }

  @Test
  void isAnotherForEveryOtherHistory() {
    assertThat(
            Stream.of(
                    LogHead.EMPTY,
                    after("F", "a"),
                    after("F", "b"),
                    after("G", "a"),
                    after("Fa", ""),
                    after("F", "-"),
                    after("F", ""),
                    after("-", "F"),
                    after("-", "a"),
                    after("-", ""),
                    after("-", "-"),
                    after("", "-"),
                    after("", ""),
                    after("F", "a", "-", "-"),
                    after("-", "-", "F", "a"),
                    after("F", "a", "F", "b"),
                    after("F", "b", "F", "a"),
                    after("F", "a", "F", "a", "F", "b"),
                    after("F", "ab"))
                .map(LogHead::hex))
        .doesNotHaveDuplicates();
  }
}
