package io.flowledger.projector.layout;

import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.IndexedEvent;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;

/** Says in words which row of the view of the events a key is of: see {@link Keys}. */
public final class KeyText {

  private KeyText() {}

  public static String of(byte[] key) {
    try {
      return "row %s (%s)".formatted((char) key[0], words(key));
    } catch (RuntimeException otherwiseThanWeWriteIt) {
      return "row " + HexFormat.of().formatHex(key);
    }
  }

  // Parts of a key are read in the order in which they stand in these texts.
  private static String words(byte[] key) {
    KeyParts parts = new KeyParts(key, 1);
    return switch (kind(key)) {
      case FLOW -> "flow " + parts.name();
      case FLOW_IN_LIST -> "list of flows: at " + parts.descending() + " " + parts.descendingName();
      case RUN -> "run " + parts.number();
      case RUN_BY_NAME -> "flow " + parts.name() + ": number of run " + parts.name();
      case RUN_IN_LIST -> "list of runs of flow " + parts.name() + ": " + place(parts, "run");
      case PROGRESS -> "progress of run " + parts.number();
      case STEP -> "run " + parts.number() + ": step " + parts.name();
      case STEP_IN_LIST ->
          "list of steps of run %d: at %d %s"
              .formatted(parts.number(), parts.descending(), parts.descendingName());
      case TASK -> "task " + parts.number();
      case TASK_BY_NAME -> "step " + step(parts) + ": number of task " + parts.name();
      case TASK_IN_LIST -> "list of tasks of step " + step(parts) + ": " + place(parts, "task");
      case METADATA ->
          "metadata of step "
              + step(parts)
              + ", task "
              + parts.number()
              + ": "
              + place(parts, "id");
      case METADATA_IN_RUN ->
          "list of metadata of run " + parts.number() + ": " + place(parts, "id");
      case ARTIFACTS ->
          "artifacts of task %d, attempt %d: at %d"
              .formatted(parts.number(), parts.attempt(), parts.descending());
      case FIRST_ARTIFACTS -> "artifacts of " + ascendingAttempt(parts);
      case LATER_ARTIFACT -> "artifacts of " + ascendingAttempt(parts) + ": name " + parts.name();
      case ARTIFACTS_IN_LIST ->
          "list of artifacts of " + artifactList(key[1], new KeyParts(key, 2));
      case EVENTS -> "history of " + history(key[1], new KeyParts(key, 2));
      case KEYED -> "flow " + parts.name() + ": idempotency key " + parts.name();
      case INDEXED -> "search index of " + indexed(key[1], new KeyParts(key, 2));
      case TASK_PROGRESS -> "progress of task %s in step %s".formatted(last(key), step(parts));
      case VERDICT -> "verdict on offset " + parts.number();
      case BOOKKEEPING, REHEARSED -> throw new IllegalArgumentException("not of events");
    };
  }

  private static RowKind kind(byte[] key) {
    return Objects.requireNonNull(RowKind.of(key), "no key");
  }

  private static String indexed(byte facet, KeyParts parts) {
    return facet == 't' ? "tags" : "field " + parts.name();
  }

  private static long last(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  private static String step(KeyParts parts) {
    return parts.number() + "/" + parts.name();
  }

  private static String place(KeyParts parts, String number) {
    Cursor.ByNumber place = parts.place();
    return "at %d %s %d".formatted(place.tsEpoch(), number, place.number());
  }

  private static String ascendingAttempt(KeyParts parts) {
    return "task %d, attempt %d".formatted(parts.number(), (int) (parts.number() ^ Long.MIN_VALUE));
  }

  private static String artifactList(byte scope, KeyParts parts) {
    String of = scope == 'r' ? "run " + parts.number() : "step " + step(parts);
    return "%s, attempt %d: at %d task %d"
        .formatted(of, parts.attempt(), parts.descending(), parts.descending());
  }

  private static String history(byte scope, KeyParts parts) {
    String of = scope == 'f' ? "flow " + parts.name() : "run " + parts.number();
    long first = IndexedEvent.firstOf(parts.number());
    return of + " from offset " + first + " on";
  }
}
