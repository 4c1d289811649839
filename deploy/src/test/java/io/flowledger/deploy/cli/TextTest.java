package io.flowledger.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.story.ServerSentEvents;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How small pieces of text are made and read. */
class TextTest {

  private static final Colours PLAIN =
      Colours.of(
          Colours.When.NEVER,
          new Surroundings(
              Map.of(),
              InputStream.nullInputStream(),
              Clock.systemUTC(),
              false,
              time -> {},
              (data, progress) -> {
                throw new AssertionError();
              }));

  @Test
  void durationsHaveTheTwoUnitsThatMatter() {
    assertThat(
            Stream.of(0L, 999L, 1000L, 59_999L, 60_000L, 3_599_999L, 3_600_000L, 90_061_000L)
                .map(Times::duration))
        .containsExactly(
            "0 ms", "999 ms", "1.0 s", "59.9 s", "1m 00s", "59m 59s", "1h 00m", "1d 01h");
  }

  @Test
  void controlCharactersAreShownNotObeyed() {
    assertThat(Visible.all("a\tb\r\n\u001b[2J\u202e täg ☃ 😀 \ud800"))
        .isEqualTo("a\\tb\\r\\n\\u001b[2J\\u202e täg ☃ 😀 \\ud800");
  }

  @Test
  void longTextIsCutBetweenCharacters() {
    assertThat(Visible.shortened("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Visible.shortened("😀".repeat(81))).isEqualTo("😀".repeat(77) + "...");
  }

  @Test
  void columnsAreAsWideAsTheyNeedToBeAndNoLineEndsWithSpace() {
    assertThat(
            new Table(PLAIN, "  ")
                .heading("A", "B", "C")
                .row("☃😀☃", "", "c")
                .row("", "bbb", "")
                .row("a")
                .render())
        .isEqualTo("  A    B    C\n  ☃😀☃       c\n       bbb\n  a\n");
  }

  @Test
  void eventStreamsAreReadAsTheStandardSays() {
    ServerSentEvents stream = new ServerSentEvents();
    assertThat(
            Stream.of(
                    ": comment",
                    "",
                    "id: 0@1",
                    "event: x",
                    "data: a",
                    "data:b",
                    "data",
                    "",
                    "",
                    "retry: 3",
                    "data: c",
                    "",
                    "id",
                    "data: d",
                    "")
                .map(stream::line)
                .flatMap(Optional::stream))
        .containsExactly(
            new ServerSentEvents.Message("0@1", "a\nb\n"),
            new ServerSentEvents.Message("0@1", "c"),
            new ServerSentEvents.Message("", "d"));
  }
}
