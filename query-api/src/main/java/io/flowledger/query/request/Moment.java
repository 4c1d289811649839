package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.Position;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A moment that a request asks about: a time, or right after an event. A time stands for all events
 * that had happened by then, each by its own time, a position for all up to it in the log.
 */
public sealed interface Moment {

  /** The parameter that asks for the answer of a moment. */
  String AS_OF = "as_of";

  /**
   * A time.
   *
   * @param epochMillis inclusive
   */
  record Time(long epochMillis) implements Moment {
    @Override
    public String toString() {
      return Instant.ofEpochMilli(epochMillis).toString();
    }
  }

  /** Right after the event at a position. */
  record After(Position position) implements Moment {
    @Override
    public String toString() {
      return position.toString();
    }
  }

  Pattern MILLIS = Pattern.compile("-?[0-9]{1,18}");
  DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd")
          .optionalStart()
          .appendPattern("'T'HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[XXX]")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT); // there is no November 31st

  /**
   * The moment that {@code as_of} names, if it is there.
   *
   * @throws RefusedException 400 when it names none
   */
  static Optional<Moment> asOf(MultiMap parameters) {
    return of(parameters, AS_OF);
  }

  /** The same of another parameter. */
  static Optional<Moment> of(MultiMap parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).map(text -> parse(name, text));
  }

  private static Moment parse(String name, String text) {
    if (MILLIS.matcher(text).matches()) {
      return new Time(Long.parseLong(text));
    }
    Optional<Position> position = Position.parse(text);
    if (position.isPresent() && position.get().log() == Position.Log.EVENTS) {
      return new After(position.get());
    }
    try {
      // A plus sign that was not escaped arrives as a blank.
      TemporalAccessor time =
          ISO.parseBest(
              text.replace(' ', '+'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      return new Time(toInstant(time).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw RefusedException.malformed(
          "%s must be epoch milliseconds, an ISO 8601 time or a position, not '%s'"
              .formatted(name, text));
    }
  }

  /** Without an offset it is UTC, without a time the beginning of the day. */
  private static Instant toInstant(TemporalAccessor time) {
    if (time instanceof OffsetDateTime withOffset) {
      return withOffset.toInstant();
    }
    return time instanceof LocalDateTime local
        ? local.toInstant(ZoneOffset.UTC)
        : LocalDate.from(time).atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}
