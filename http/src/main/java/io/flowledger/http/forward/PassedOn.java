package io.flowledger.http.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
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
          "x-api-key",
          lower(AskedPartitions.HEADER),
          lower(InternalCalls.CLIENT),
          lower(InternalCalls.CREDENTIAL),
          lower(InternalCalls.DEADLINE),
          lower(InternalCalls.GRANTS),
          lower(InternalCalls.HOP));

  /** What a server says to itself, its secret among it. */
  private static final String OF_ITSELF = "flowledger-own";

  private PassedOn() {}

  /** Those of a client, to a request to another node. */
  static void ofClient(MultiMap from, MultiMap to) {
    pass(from, to, OF_NODES);
  }

  /** Those of another node, to the answer to a client. */
  static void ofNode(MultiMap from, MultiMap to) {
    from.names().forEach(to::remove);
    pass(from, to, Set.of());
  }

  /**
   * @param but names that do not go on, beside those of one connection
   */
  private static void pass(MultiMap from, MultiMap to, Set<String> but) {
    Set<String> named = namedAsOfOneConnection(from);
    for (Map.Entry<String, String> header : from) {
      String name = lower(header.getKey());
      if (!OF_ONE_CONNECTION.contains(name)
          && !named.contains(name)
          && !but.contains(name)
          && !name.startsWith(OF_ITSELF)) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  /** What the header {@code Connection} of a message names. */
  private static Set<String> namedAsOfOneConnection(MultiMap headers) {
    Set<String> named = new HashSet<>();
    for (String line : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String name : line.split(",")) {
        named.add(lower(name.strip()));
      }
    }
    return named;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
