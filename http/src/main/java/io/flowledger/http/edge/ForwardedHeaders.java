package io.flowledger.http.edge;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What proxies say of a request that they have passed on: {@code Forwarded} (RFC 7239), or the
 * headers that go before it. Each proxy adds to the end, so what stands there is of the last one.
 */
final class ForwardedHeaders {

  private static final String FORWARDED = "Forwarded";
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final String HOST = "X-Forwarded-Host";

  private static final int MOST_HOPS = 32;
  private static final int MOST_CHARACTERS = 2048;

  /** One parameter of a hop: a token, or a text in quotes; RFC 7239 section 4. */
  private static final Pattern PAIR =
      Pattern.compile(
          "\\s*([a-zA-Z]{1,16})=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([!#$%&'*+.^_`|~0-9a-zA-Z:\\[\\]-]+))\\s*");

  /**
   * What one proxy says of whom it has been asked by.
   *
   * @param node address or name; null where it does not say
   * @param scheme that it was asked in
   * @param host that it was asked for
   */
  record Hop(@Nullable String node, @Nullable String scheme, @Nullable String host) {}

  private ForwardedHeaders() {}

  /** Whether a proxy has said anything. */
  static boolean arePresent(MultiMap headers) {
    return headers.contains(FORWARDED)
        || headers.contains(FOR)
        || headers.contains(PROTO)
        || headers.contains(HOST);
  }

  /**
   * The hops of {@code Forwarded}, that of the last proxy at the end; empty where there is none.
   *
   * @throws RefusedException 400 when it is malformed
   */
  static List<Hop> standard(MultiMap headers) {
    List<Hop> hops = new ArrayList<>();
    for (String line : headers.getAll(FORWARDED)) {
      if (line.length() > MOST_CHARACTERS) {
        throw malformed(FORWARDED);
      }
      int at = 0;
      do {
        Map<String, String> pairs = new HashMap<>();
        at = hop(line, at, pairs);
        hops.add(new Hop(pairs.get("for"), pairs.get("proto"), pairs.get("host")));
        if (hops.size() > MOST_HOPS) {
          throw malformed(FORWARDED);
        }
      } while (at <= line.length());
    }
    return hops;
  }

  /** Reads a hop; returns where the next one begins, beyond the end where there is none. */
  private static int hop(String line, int from, Map<String, String> pairs) {
    Matcher pair = PAIR.matcher(line);
    int at = from;
    while (true) {
      pair.region(at, line.length());
      if (!pair.lookingAt()
          || pairs.put(
                  pair.group(1).toLowerCase(Locale.ROOT),
                  pair.group(2) == null ? pair.group(3) : pair.group(2).replaceAll("\\\\(.)", "$1"))
              != null) {
        throw malformed(FORWARDED);
      }
      at = pair.end();
      if (at == line.length()) {
        return at + 1;
      }
      char next = line.charAt(at++);
      if (next == ',') {
        return at;
      }
      if (next != ';') {
        throw malformed(FORWARDED);
      }
    }
  }

  /** The same of {@code X-Forwarded-For}; what is not of the last proxies may be anything. */
  static List<Hop> older(MultiMap headers) {
    String scheme = last(headers, PROTO);
    String host = last(headers, HOST);
    List<Hop> hops = new ArrayList<>();
    for (String line : headers.getAll(FOR)) {
      for (String node : line.split(",", -1)) {
        hops.add(new Hop(node.strip(), scheme, host));
        if (hops.size() > MOST_HOPS) {
          throw malformed(FOR);
        }
      }
    }
    if (hops.isEmpty() && (scheme != null || host != null)) {
      hops.add(new Hop(null, scheme, host));
    }
    return hops;
  }

  private static @Nullable String last(MultiMap headers, String name) {
    List<String> lines = headers.getAll(name);
    if (lines.isEmpty()) {
      return null;
    }
    String line = lines.get(lines.size() - 1);
    return line.substring(line.lastIndexOf(',') + 1).strip();
  }

  static RefusedException malformed(String what) {
    return RefusedException.malformed(
        "what the proxy says of this request, in the header " + what + ", is malformed");
  }

  /** The address in a node, with or without a port: RFC 7239 section 6, and as it is in use. */
  static Optional<String> address(String node) {
    if (node.startsWith("[")) {
      int end = node.indexOf(']');
      return end < 0 ? Optional.empty() : Optional.of(node.substring(1, end));
    }
    int colon = node.indexOf(':');
    return Optional.of(
        colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node);
  }
}
