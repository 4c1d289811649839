package io.flowledger.http.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "7f3e-11", "Root=1-67891233-abcdef012345678912345678", "x.y_z~1:2+3/4=5@6"})
  void whatIsFitForLogsIsKept(String sent) {
    assertThat(RequestIds.of(sent)).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a\tb", "a\"b", "a\\b", "\u00fc", "<script>", "a,b", "a;b"})
  void whatIsNotIsReplaced(String sent) {
    assertThat(RequestIds.of(sent)).matches("[0-9a-f]{16}");
  }

  @Test
  void soIsWhatIsTooLongAndWhatIsMissing() {
    assertThat(RequestIds.of("x".repeat(128))).hasSize(128);
    assertThat(RequestIds.of("x".repeat(129))).matches("[0-9a-f]{16}");
    assertThat(RequestIds.of(null)).matches("[0-9a-f]{16}").isNotEqualTo(RequestIds.of(null));
  }
}
