package io.flowledger.projector;

import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.IndexedEvent;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Says in words which row of the view of the events a key is of: see {@link Keys}. */
final class KeyText {

  private KeyText() {}

  static String of(byte[] key) {
    try {
      return "row %s (%s)".formatted((char) key[0], words(key));
    } catch (RuntimeException otherwiseThanWeWriteIt) {
      return "row " + HexFormat.of().formatHex(key);
    }
  }

  // Parts of a key are read in the order in which they stand in these texts.
  private static String words(byte[] key) {
    Keys.Parts parts = new Keys.Parts(key, 1);
    return switch (key[0]) {
      case 'f' -> "flow " + parts.name();
      case 'F' -> "list of flows: at " + parts.descending() + " " + parts.descendingName();
      case 'r' -> "run " + parts.number();
      case 'n' -> "flow " + parts.name() + ": number of run " + parts.name();
      case 'R' -> "list of runs of flow " + parts.name() + ": " + place(parts, "run");
      case 'p' -> "progress of run " + parts.number();
      case 's' -> "run " + parts.number() + ": step " + parts.name();
      case 'S' ->
          "list of steps of run %d: at %d %s"
              .formatted(parts.number(), parts.descending(), parts.descendingName());
      case 't' -> "task " + parts.number();
      case 'u' -> "step " + step(parts) + ": number of task " + parts.name();
      case 'T' -> "list of tasks of step " + step(parts) + ": " + place(parts, "task");
      case 'm' ->
          "metadata of step "
              + step(parts)
              + ", task "
              + parts.number()
              + ": "
              + place(parts, "id");
      case 'M' -> "list of metadata of run " + parts.number() + ": " + place(parts, "id");
      case 'a' ->
          "artifacts of task %d, attempt %d: at %d"
              .formatted(parts.number(), parts.attempt(), parts.descending());
      case 'b' -> "artifacts of " + ascendingAttempt(parts);
      case 'c' -> "artifacts of " + ascendingAttempt(parts) + ": name " + parts.name();
      case 'A' -> "list of artifacts of " + artifactList(key[1], new Keys.Parts(key, 2));
      case 'h' -> "history of " + history(key[1], new Keys.Parts(key, 2));
      case 'k' -> "flow " + parts.name() + ": idempotency key " + parts.name();
      case 'i' -> "search index of " + indexed(key[1], new Keys.Parts(key, 2));
      case 'q' -> "progress of task %s in step %s".formatted(last(key), step(parts));
      case 'x' -> "verdict on offset " + parts.number();
      default -> throw new IllegalArgumentException("unknown kind");
    };
  }

  private static String indexed(byte facet, Keys.Parts parts) {
    return facet == 't' ? "tags" : "field " + parts.name();
  }

  private static long last(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  private static String step(Keys.Parts parts) {
    return parts.number() + "/" + parts.name();
  }

  private static String place(Keys.Parts parts, String number) {
    Cursor.ByNumber place = parts.place();
    return "at %d %s %d".formatted(place.tsEpoch(), number, place.number());
  }

  private static String ascendingAttempt(Keys.Parts parts) {
    return "task %d, attempt %d".formatted(parts.number(), (int) (parts.number() ^ Long.MIN_VALUE));
  }

  private static String artifactList(byte scope, Keys.Parts parts) {
    String of = scope == 'r' ? "run " + parts.number() : "step " + step(parts);
    return "%s, attempt %d: at %d task %d"
        .formatted(of, parts.attempt(), parts.descending(), parts.descending());
  }

  private static String history(byte scope, Keys.Parts parts) {
    String of = scope == 'f' ? "flow " + parts.name() : "run " + parts.number();
    long first = IndexedEvent.firstOf(parts.number());
    return of + " from offset " + first + " on";
  }
}
