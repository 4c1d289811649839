package io.flowledger.http.edge;

/**
 * How much a port takes at a time.
 *
 * @param maxConnections at a time
 * @param maxOfAddress connections at a time of one address, unless it is of a proxy that is trusted
 *     or of this machine
 * @param rateLimit requests a second of each client; 0 for no limit
 * @param maxPending requests under way at a time
 */
public record EdgeLimits(int maxConnections, int maxOfAddress, int rateLimit, int maxPending) {

  /** Default of the connections at a time. */
  public static final int MAX_CONNECTIONS = 10_000;

  /** Default of the requests under way at a time. */
  public static final int MAX_PENDING = 1_024;

  /** The defaults of {@code serve}. */
  public static final EdgeLimits DEFAULTS =
      new EdgeLimits(MAX_CONNECTIONS, half(MAX_CONNECTIONS), 0, MAX_PENDING);

  /** What one address may have where nothing else is said: it does not keep others out. */
  public static int half(int maxConnections) {
    return Math.max(1, maxConnections / 2);
  }
}
