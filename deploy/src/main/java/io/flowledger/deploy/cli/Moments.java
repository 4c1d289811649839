package io.flowledger.deploy.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moments as people write them, to moments as the server reads them: epoch milliseconds, or a
 * position of the log. Understood are {@code 2d}, {@code 3h}, {@code 15m} and {@code 30s} ago,
 * {@code 2026-11-23T19:26:46} and its beginnings from the date on (in the time zone of the user
 * unless it names its own), epoch milliseconds, and {@code partition@offset}.
 */
public final class Moments {

  private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");
  private static final Pattern EPOCH_MS = Pattern.compile("\\d{1,18}");
  private static final Pattern POSITION = Pattern.compile("\\d+@\\d+");
  private static final String DATE = "\\d{4}-\\d\\d-\\d\\d";

  private final Clock clock;

  public Moments(Clock clock) {
    this.clock = clock;
  }

  /** A time or a position. */
  public String moment(String text) {
    return POSITION.matcher(text).matches() ? text : Long.toString(time(text));
  }

  /**
   * A time, in epoch milliseconds.
   *
   * @throws CommandFailure when it is none
   */
  public long time(String text) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      return clock.millis() - length(Long.parseLong(ago.group(1)), ago.group(2)).toMillis();
    }
    if (EPOCH_MS.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    return calendar(text.replace(' ', 'T'))
        .orElseThrow(
            () ->
                CommandFailure.misused(
                    "'%s' is no moment such as 2d, 3h, 2026-11-23 or 2026-11-23T19:26:46"
                        .formatted(text)));
  }

  private static Duration length(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private Optional<Long> calendar(String text) {
    try {
      if (text.matches(DATE)) {
        return Optional.of(
            LocalDate.parse(text).atStartOfDay(clock.getZone()).toInstant().toEpochMilli());
      }
      return Optional.of(
          text.matches(".*T.*(Z|[-+][0-9:]+)")
              ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
              : ofLocal(LocalDateTime.parse(text)));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private long ofLocal(LocalDateTime time) {
    if (clock.getZone().getRules().getValidOffsets(time).isEmpty()) {
      throw new DateTimeException("clocks were put forward over it");
    }
    return time.atZone(clock.getZone()).toInstant().toEpochMilli();
  }
}
