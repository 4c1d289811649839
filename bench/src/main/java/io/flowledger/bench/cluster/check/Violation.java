package io.flowledger.bench.cluster.check;

/**
 * Something that clients were told and that cannot be.
 *
 * @param at when it showed, by the clock of the spans
 */
public record Violation(Kind kind, String identity, long at, String what) {

  /** Kinds, as reports name them. */
  public enum Kind {
    LOST_WRITE("lost write"),
    STALE_READ("stale read"),
    TWO_WINNERS("two winners"),
    REUSED_NUMBER("reused number"),
    GIVEN_TWICE("given twice"),
    NEVER_WRITTEN("never written"),
    TAIL_GAP("tail with a gap"),
    TAIL_REPETITION("tail with a repetition"),
    DIFFERENT_BYTES("different bytes");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Override
  public String toString() {
    return kind + ": " + identity + ": " + what;
  }
}
