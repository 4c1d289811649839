package io.flowledger.projector.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordFingerprintTest {

  /** "-" is none. */
  private static RecordFingerprint of(String key, String value) {
    return RecordFingerprint.of(bytes(key), bytes(value));
  }

  private static byte @Nullable [] bytes(String text) {
    return text.equals("-") ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void isAnotherForEveryOtherRecord() {
    assertThat(
            Stream.of(
                of("-", "-"),
                of("-", ""),
                of("", "-"),
                of("", ""),
                of("F", "-"),
                of("F", ""),
                of("-", "F"),
                of("", "F"),
                of("a\0b", "c"),
                of("a", "b\0c"),
                of("a", "bc"),
                of("ab", "c")))
        .doesNotHaveDuplicates();
  }

  @Test
  void isTheSameForTheSameRecord() {
    assertThat(of("F", "v")).isEqualTo(of("F", "v"));
    assertThat(of("-", "-")).isEqualTo(of("-", "-"));
  }
}
