package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;

/** Times in requests: epoch milliseconds, or ISO 8601, in UTC where no zone is said. */
public final class EpochMillis {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");
  private static final DateTimeFormatter ISO = DateTimeFormatter.ISO_DATE_TIME;

  private EpochMillis() {}

  /**
   * @param parameter of the request that the text is of
   * @throws RefusedException 400 when it is no time
   */
  public static long parse(String parameter, String text) {
    // A plus sign that was not escaped arrives as a blank.
    String time = text.replace(' ', '+');
    try {
      return NUMBER.matcher(time).matches() ? Long.parseLong(time) : iso(time);
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw RefusedException.malformed(
          "%s must be epoch milliseconds or an ISO 8601 time, not '%s'".formatted(parameter, text));
    }
  }

  private static long iso(String time) {
    if (time.indexOf('T') < 0) {
      return LocalDate.parse(time).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    TemporalAccessor parsed = ISO.parseBest(time, OffsetDateTime::from, LocalDateTime::from);
    OffsetDateTime zoned =
        parsed instanceof LocalDateTime local
            ? local.atOffset(ZoneOffset.UTC)
            : (OffsetDateTime) parsed;
    return zoned.toInstant().toEpochMilli();
  }
}
