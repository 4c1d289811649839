package io.flowledger.query.log;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.query.request.Moment;
import io.flowledger.schemas.Position;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The part of the log that a request asks for.
 *
 * @param from what it begins with: a time, or the event after a position
 * @param to each of them ends it, and is part of it
 */
record Period(Optional<Moment> from, List<Moment> to) {

  /**
   * The period from {@code from} to {@code to} and {@code as_of}; each of them may be missing.
   *
   * @throws RefusedException 400 when one makes no sense
   */
  static Period of(MultiMap parameters) {
    return new Period(
        Moment.of(parameters, "from"),
        Stream.of(Moment.of(parameters, "to"), Moment.asOf(parameters))
            .flatMap(Optional::stream)
            .toList());
  }

  /**
   * @param partition the one that is read
   * @throws RefusedException 400 when it begins or ends in another one
   */
  void requireIn(int partition) {
    for (Position position : positions()) {
      if (position.partition() != partition) {
        throw RefusedException.malformed(
            "position %s is not in partition %d, where the flow is".formatted(position, partition));
      }
    }
  }

  /**
   * @throws RefusedException 400 when it begins or ends at a position, though several partitions
   *     are read
   */
  void requireTimes() {
    positions().stream()
        .findFirst()
        .ifPresent(
            position -> {
              throw RefusedException.malformed(
                  "position %s says nothing of the other partitions; name a time, or a flow"
                      .formatted(position));
            });
  }

  /** The positions that it begins and ends at. */
  List<Position> positions() {
    return Stream.concat(from.stream(), to.stream())
        .filter(Moment.After.class::isInstance)
        .map(moment -> ((Moment.After) moment).position())
        .toList();
  }

  boolean isAll() {
    return from.isEmpty() && to.isEmpty();
  }

  /** Whether an event is in it. */
  boolean holds(long offset, long tsEpoch) {
    return from.stream().allMatch(moment -> isAfter(moment, offset, tsEpoch))
        && to.stream().allMatch(moment -> isBy(moment, offset, tsEpoch));
  }

  private static boolean isAfter(Moment moment, long offset, long tsEpoch) {
    return moment instanceof Moment.Time time
        ? tsEpoch >= time.epochMillis()
        : offset > offset(moment);
  }

  private static boolean isBy(Moment moment, long offset, long tsEpoch) {
    return moment instanceof Moment.Time time
        ? tsEpoch <= time.epochMillis()
        : offset <= offset(moment);
  }

  private static long offset(Moment moment) {
    Position position = ((Moment.After) moment).position();
    return position.offset();
  }

  /** Whether an event was before it. */
  boolean follows(long offset, long tsEpoch) {
    return !from.stream().allMatch(moment -> isAfter(moment, offset, tsEpoch));
  }

  /** The time that it begins at, epoch milliseconds, where it is a time. */
  OptionalLong firstTime() {
    return from.stream()
        .filter(Moment.Time.class::isInstance)
        .mapToLong(moment -> ((Moment.Time) moment).epochMillis())
        .findAny();
  }

  /** The time that it ends at, epoch milliseconds, where it is a time. */
  OptionalLong lastTime() {
    return to.stream()
        .filter(Moment.Time.class::isInstance)
        .mapToLong(moment -> ((Moment.Time) moment).epochMillis())
        .min();
  }
}
