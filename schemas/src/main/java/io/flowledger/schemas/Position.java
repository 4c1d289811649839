package io.flowledger.schemas;

import java.util.Optional;

/**
 * A place in the log, written {@code partition@offset}. Heartbeats live in a topic of their own,
 * and their positions are written {@code heartbeats/partition@offset}.
 *
 * @param log the topic that the offset counts in
 * @param partition from 0
 * @param offset from 0
 */
public record Position(Log log, int partition, long offset) {

  /** The topics whose effects a reader can wait for. */
  public enum Log {
    EVENTS,
    HEARTBEATS
  }

  private static final String HEARTBEATS_PREFIX = "heartbeats/";

  public static Position event(int partition, long offset) {
    return new Position(Log.EVENTS, partition, offset);
  }

  public static Position heartbeat(int partition, long offset) {
    return new Position(Log.HEARTBEATS, partition, offset);
  }

  /** The inverse of {@link #toString()}; empty when the text is no position. */
  public static Optional<Position> parse(String text) {
    boolean heartbeat = text.startsWith(HEARTBEATS_PREFIX);
    String place = heartbeat ? text.substring(HEARTBEATS_PREFIX.length()) : text;
    int at = place.indexOf('@');
    if (at < 0) {
      return Optional.empty();
    }
    try {
      int partition = Integer.parseInt(place.substring(0, at));
      long offset = Long.parseLong(place.substring(at + 1));
      if (partition < 0 || offset < 0) {
        return Optional.empty();
      }
      Position position = new Position(heartbeat ? Log.HEARTBEATS : Log.EVENTS, partition, offset);
      return Optional.of(position).filter(read -> read.toString().equals(text));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return (log == Log.HEARTBEATS ? HEARTBEATS_PREFIX : "") + partition + "@" + offset;
  }
}
