package io.flowledger.http.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;

/** Headers that are of one connection, and not passed on (RFC 9110, section 7.6.1). */
final class HopByHop {

  private static final Set<String> NAMES =
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

  private HopByHop() {}

  /**
   * @param headers of the message, whose header {@code Connection} may name more
   */
  static boolean is(String name, MultiMap headers) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (NAMES.contains(lower)) {
      return true;
    }
    String connection = headers.get(HttpHeaders.CONNECTION);
    if (connection == null) {
      return false;
    }
    for (String named : connection.toLowerCase(Locale.ROOT).split(",")) {
      if (named.strip().equals(lower)) {
        return true;
      }
    }
    return false;
  }
}
