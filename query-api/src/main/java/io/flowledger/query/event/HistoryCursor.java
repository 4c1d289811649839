package io.flowledger.query.event;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.Position;

/** Cursors of a history: the position of the last event that has been told. */
public final class HistoryCursor {

  private HistoryCursor() {}

  public static String of(int partition, long offset) {
    return Position.event(partition, offset).toString();
  }

  /**
   * The position of the event, which need not be in the log.
   *
   * @throws RefusedException 400 when the text is no position in the events of the partition
   */
  public static Position parse(String text, int partition) {
    return Position.parse(text)
        .filter(position -> position.equals(Position.event(partition, position.offset())))
        .orElseThrow(() -> RefusedException.malformed("Invalid cursor"));
  }
}
