package io.flowledger.query.request;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochMillisTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "1795462006975, 1795462006975",
    "2026-11-24, 1795478400000",
    "2026-11-24T00:00:00Z, 1795478400000",
    "2026-11-24T00:00, 1795478400000",
    "2026-11-24T01:00:00.5+01:00, 1795478400500",
    "2026-11-24T01:00:00.5 01:00, 1795478400500",
    "2026-11-23T23:00:00-01:00, 1795478400000"
  })
  void readsNumbersAndIsoTimes(String text, long millis) {
    assertThat(EpochMillis.parse("since", text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "1.5", "2026-13-01", "2026-11-24T", "24T00:00", "9223372036854775808"})
  void refusesWhatIsNoTime(String text) {
    assertThat(rejection(() -> EpochMillis.parse("since", text)))
        .isEqualTo("400 since must be epoch milliseconds or an ISO 8601 time, not '" + text + "'");
  }

  @Test
  void refusesTimesBeyondWhatMillisecondsCanSay() {
    String text = "+999999999-01-01T00:00:00Z";
    assertThat(rejection(() -> EpochMillis.parse("since", text)))
        .isEqualTo("400 since must be epoch milliseconds or an ISO 8601 time, not '" + text + "'");
  }
}
