package io.flowledger.query.search;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.Cursor;
import io.flowledger.query.request.Cursors;

/** Cursors of a search for tasks, in the form of {@link Cursors}: the metadata, and its run. */
final class HitCursor {

  private static final String RUN = "run_number";
  private static final String METADATA = "id";

  private HitCursor() {}

  static String of(TaskSearch.Place place) {
    Cursor.ByNumber within = place.within();
    return Cursors.encode(
        Cursors.opened(within.tsEpoch())
            .raw(", \"" + METADATA + "\": ")
            .number(within.number())
            .raw(", \"" + RUN + "\": ")
            .number(place.run()));
  }

  /**
   * @throws RefusedException 400 when the text is no such cursor
   */
  static TaskSearch.Place parse(String text) {
    long run = Cursors.number(RUN, text).number();
    return new TaskSearch.Place(run, Cursors.number(METADATA, text));
  }
}
