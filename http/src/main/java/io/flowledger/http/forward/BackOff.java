package io.flowledger.http.forward;

/** How long whoever was refused by a node waits before the next try, which is longer each time. */
public final class BackOff {

  static final long FIRST_MS = 40;
  private static final int MOST_DOUBLINGS = 3;

  private BackOff() {}

  /**
   * Milliseconds to wait.
   *
   * @param refusals one after the other
   */
  public static long millis(int refusals) {
    return FIRST_MS << Math.min(MOST_DOUBLINGS, Math.max(0, refusals - 1));
  }
}
