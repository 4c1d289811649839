package io.flowledger.bench.cluster.check;

/**
 * Time between the sending of a request and its answer, by one clock for all clients.
 *
 * @param invoked before anything was sent
 * @param returned after the answer was there; {@link #OPEN} where none came that says what became
 *     of the request, which then may take effect at any time afterwards
 */
public record Span(long invoked, long returned) {

  public static final long OPEN = Long.MAX_VALUE;

  public static Span open(long invoked) {
    return new Span(invoked, OPEN);
  }

  public boolean isOpen() {
    return returned == OPEN;
  }

  /** Whether this was over when the other began. */
  public boolean before(Span other) {
    return returned < other.invoked;
  }
}
