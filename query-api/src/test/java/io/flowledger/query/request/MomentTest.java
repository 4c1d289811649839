package io.flowledger.query.request;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MomentTest {

  private static String moment(String text) {
    return Moment.asOf(MultiMap.caseInsensitiveMultiMap().add("as_of", text))
        .orElseThrow()
        .toString();
  }

  @ParameterizedTest
  @CsvSource({
    "2@31, 2@31",
    "-1, 1969-12-31T23:59:59.999Z",
    "2026-11-23, 2026-11-23T00:00:00Z",
    "2026-11-23T19:26, 2026-11-23T19:26:00Z",
    "2026-11-23T19:26+01:00, 2026-11-23T18:26:00Z",
    "2026-11-23T19:26 01:00, 2026-11-23T18:26:00Z",
    "2026-11-23T19:26:46, 2026-11-23T19:26:46Z",
    "2026-11-23T19:26:46.1, 2026-11-23T19:26:46.100Z",
    "2026-11-23T19:26:46.1234, 2026-11-23T19:26:46.123Z",
    "2026-11-23T19:26:46.12345Z, 2026-11-23T19:26:46.123Z",
    "2026-11-23T19:26:46.12345678Z, 2026-11-23T19:26:46.123Z",
    "2026-11-23T19:26:46.123456789+01:00, 2026-11-23T18:26:46.123Z"
  })
  void isAPositionOrATime(String text, String moment) {
    assertThat(moment(text)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-11-23T19",
        "2026-13-01",
        "2026-11-31",
        "2026-11-31T00:00:00",
        "2026-02-29T00:00Z",
        "2026-01-01T24:00",
        "2026-11-23T19:26:46.1234567890",
        "+999999999-01-01",
        "heartbeats/0@1"
      })
  void orNone(String text) {
    assertThat(rejection(() -> moment(text)))
        .isEqualTo(
            "400 as_of must be epoch milliseconds, an ISO 8601 time or a position, not '"
                + text
                + "'");
  }
}
