package io.flowledger.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class MomentsTest {

  private static final Instant NOW = Instant.parse("2026-11-23T18:30:00Z");

  private final Moments moments = new Moments(Clock.fixed(NOW, ZoneOffset.ofHours(1)));

  private String time(String text) {
    return Instant.ofEpochMilli(moments.time(text)).toString();
  }

  @Test
  void lengthsOfTimeAgo() {
    assertThat(time("2d")).isEqualTo("2026-11-21T18:30:00Z");
    assertThat(time("3h")).isEqualTo("2026-11-23T15:30:00Z");
    assertThat(time("15m")).isEqualTo("2026-11-23T18:15:00Z");
    assertThat(time("30s")).isEqualTo("2026-11-23T18:29:30Z");
  }

  @Test
  void timesOfTheUserUnlessTheyNameTheirZone() {
    assertThat(time("2026-11-23")).isEqualTo("2026-11-22T23:00:00Z");
    assertThat(time("2026-11-23T19:26")).isEqualTo("2026-11-23T18:26:00Z");
    assertThat(time("2026-11-23 19:26:46")).isEqualTo("2026-11-23T18:26:46Z");
    assertThat(time("2026-11-23T19:26:46.975")).isEqualTo("2026-11-23T18:26:46.975Z");
    assertThat(time("2026-11-23T19:26:46Z")).isEqualTo("2026-11-23T19:26:46Z");
    assertThat(time("2026-11-23T19:26:46-05:00")).isEqualTo("2026-11-24T00:26:46Z");
  }

  @Test
  void noTimeThatClocksWerePutForwardOver() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Moments there = new Moments(Clock.fixed(NOW, berlin));
    assertThatThrownBy(() -> there.time("2026-03-29T02:30")).isInstanceOf(CommandFailure.class);
    assertThat(there.time("2026-03-29T03:00")).isEqualTo(there.time("2026-03-29T01:00Z"));
    assertThat(there.time("2026-10-25T02:30")).isEqualTo(there.time("2026-10-25T00:30Z"));
    // Where a day begins at one o'clock.
    Moments cairo = new Moments(Clock.fixed(NOW, ZoneId.of("Africa/Cairo")));
    assertThat(cairo.time("2026-04-24")).isEqualTo(cairo.time("2026-04-23T22:00Z"));
  }

  @Test
  void whatTheServerUnderstandsAsItIs() {
    assertThat(moments.moment("1795462006975")).isEqualTo("1795462006975");
    assertThat(moments.moment("2@31")).isEqualTo("2@31");
    assertThat(moments.moment("1s")).isEqualTo("1795458599000");
  }

  @Test
  void whatIsNone() {
    for (String text :
        List.of(
            "",
            "2w",
            "d",
            "2026-13-01",
            "2026-11-31",
            "2026-11-31T00:00",
            "+999999999-01-01T00:00",
            "2026-11-23T",
            "now",
            "@1",
            "-1h")) {
      assertThatThrownBy(() -> moments.moment(text))
          .isInstanceOf(CommandFailure.class)
          .hasMessage(
              "'" + text + "' is no moment such as 2d, 3h, 2026-11-23 or 2026-11-23T19:26:46");
    }
  }
}
