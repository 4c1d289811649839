package io.flowledger.http;

import java.time.Duration;

/**
 * Settings of the HTTP server.
 *
 * @param host to listen on
 * @param port to listen on, 0 for any that is free
 * @param maxBodyBytes of a request
 * @param requestMemoryBytes for all that is held of requests at a time
 * @param requestTimeout within which a request has to arrive whole
 * @param idleTimeout after which a silent connection is closed
 */
public record HttpConfig(
    String host,
    int port,
    long maxBodyBytes,
    long requestMemoryBytes,
    Duration requestTimeout,
    Duration idleTimeout) {

  /** The same server at another port. */
  public HttpConfig withPort(int other) {
    return at(host, other);
  }

  /** The same server at another address. */
  public HttpConfig at(String otherHost, int otherPort) {
    return new HttpConfig(
        otherHost, otherPort, maxBodyBytes, requestMemoryBytes, requestTimeout, idleTimeout);
  }
}
