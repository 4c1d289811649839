package io.flowledger.projector.audit;

/**
 * Something that an audit has found not to be as it must.
 *
 * @param place {@code topic-partition@offset}; {@code topic-partition} where no offset is to blame
 * @param what is wrong there, in words
 */
public record Finding(String place, String what) {

  @Override
  public String toString() {
    return place + ": " + what;
  }
}
