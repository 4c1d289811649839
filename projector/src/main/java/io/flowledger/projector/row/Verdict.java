package io.flowledger.projector.row;

import java.nio.charset.StandardCharsets;

/** Verdict of the projection on one event: what it made of it. */
public sealed interface Verdict {

  /** All of it is in the view. */
  record Applied() implements Verdict {}

  /**
   * It came after another of the same identity and changed nothing, or nothing but its rest.
   *
   * @param repeated whether it is a repetition of what another event had done: that one had the
   *     same idempotency key
   */
  record Superseded(String by, boolean repeated) implements Verdict {
    private static final String KEY = "idempotency key ";

    /** It came after another of the same identity. */
    public Superseded(String by) {
      this(by, false);
    }

    /** It came after another with the same idempotency key, and changed nothing. */
    public static Superseded repeated(String key) {
      return new Superseded(KEY + key, true);
    }

    /** Rows have the text alone, in which no identity begins as a key does. */
    private static Superseded fromText(String by) {
      return new Superseded(by, by.startsWith(KEY));
    }
  }

  /** It changed nothing, since it breaks a rule or cannot be read. */
  record Rejected(String reason) implements Verdict {}

  Verdict APPLIED = new Applied();

  /** Its name in metrics and answers: applied, superseded or rejected. */
  default String label() {
    if (this instanceof Rejected) {
      return "rejected";
    }
    return this instanceof Superseded ? "superseded" : "applied";
  }

  /** The row that a view keeps of it: one letter and the text. */
  default byte[] toRow() {
    String row = "A";
    if (this instanceof Superseded superseded) {
      row = "S" + superseded.by();
    } else if (this instanceof Rejected rejected) {
      row = "R" + rejected.reason();
    }
    return row.getBytes(StandardCharsets.UTF_8);
  }

  static Verdict fromRow(byte[] row) {
    String text = new String(row, StandardCharsets.UTF_8);
    return switch (text.charAt(0)) {
      case 'S' -> Superseded.fromText(text.substring(1));
      case 'R' -> new Rejected(text.substring(1));
      default -> APPLIED;
    };
  }
}
