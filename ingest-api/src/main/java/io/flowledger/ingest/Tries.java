package io.flowledger.ingest;

/** Counts how often a request has been given a number that was taken. */
final class Tries {

  private static final int MOST = 16;

  private int count;

  /** Whether it may try once more. */
  boolean again() {
    return ++count < MOST;
  }
}
