package io.flowledger.projector.row;

/**
 * What the index knows of a value and a run that has it, or had it.
 *
 * @param text the value, or what it begins with
 * @param whole whether that is all of it
 */
public record IndexedValue(String text, boolean whole, long run) {

  /** Whether the index cannot tell the values apart. */
  public boolean isOfSameValue(IndexedValue other) {
    return whole == other.whole && text.equals(other.text);
  }
}
