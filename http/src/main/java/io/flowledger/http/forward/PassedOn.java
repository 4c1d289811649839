package io.flowledger.http.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;

/** Headers of requests and answers that go on as they are, from one connection to another. */
final class PassedOn {

  /** Of one connection, and of no other (RFC 9110, section 7.6.1). */
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What a node says to another one in its own name, or to the server that it has called. */
  private static final Set<String> OF_NODES =
      Set.of(
          "authorization",
          "content-length",
          "expect",
          "host",
          lower(AskedPartitions.HEADER),
          lower(InternalCalls.CLIENT),
          lower(InternalCalls.DEADLINE),
          lower(InternalCalls.HOP));

  private PassedOn() {}

  /** Those of a client, to a request to another node. */
  static void ofClient(MultiMap from, MultiMap to) {
    from.forEach(
        header -> {
          String name = header.getKey();
          if (!isOfOneConnection(name, from) && !OF_NODES.contains(lower(name))) {
            to.add(name, header.getValue());
          }
        });
  }

  /** Those of another node, to the answer to a client. */
  static void ofNode(MultiMap from, MultiMap to) {
    from.names().forEach(to::remove);
    from.forEach(
        header -> {
          if (!isOfOneConnection(header.getKey(), from)) {
            to.add(header.getKey(), header.getValue());
          }
        });
  }

  /**
   * @param headers of the message, whose header {@code Connection} may name more
   */
  private static boolean isOfOneConnection(String name, MultiMap headers) {
    String lower = lower(name);
    if (OF_ONE_CONNECTION.contains(lower)) {
      return true;
    }
    for (String line : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String named : lower(line).split(",")) {
        if (named.strip().equals(lower)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
