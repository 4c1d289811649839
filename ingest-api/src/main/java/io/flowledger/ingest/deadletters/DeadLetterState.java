package io.flowledger.ingest.deadletters;

import java.util.Locale;
import java.util.Optional;

/**
 * What has become of a letter.
 *
 * @param place where its record, or the last copy of it, is; empty if there is no copy
 * @param reason why it was rejected, or what has superseded it; empty where it was neither
 */
record DeadLetterState(State state, Optional<RecordPlace> place, Optional<String> reason) {

  /** The states, by the names that they have in the API. */
  enum State {
    /** Nothing has come of it yet. */
    WAITING,
    /** It has had its effect: its copy, or the record itself when the view was made anew. */
    APPLIED,
    /** Something else was there before it. */
    SUPERSEDED,
    /** It is in the log again, and what came of it cannot be said here. */
    REDRIVEN;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
