package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access for whoever operates the server, on its machine, and nobody else. That a connection comes
 * from the machine says little: the browser of the operator makes some for any page, and a proxy
 * there makes some for the whole world. So a request is refused too if it is for a page of another
 * origin, under a name that is not this server's (a page whose name has been made to point here is
 * of its own origin), through a proxy as far as that can be seen, or without a header that no page
 * can send unless it is allowed to.
 */
public final class LocalOnly implements Operators {

  /** What a request of an operator has, with any value. */
  public static final String HEADER = "Flowledger-Operator";

  private static final String ORIGIN = "Origin";
  private static final int DEFAULT_PORT = 80;
  private static final int DEFAULT_TLS_PORT = 443;

  /** Names that no resolver is asked for. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|127(\\.[0-9]{1,3}){3}|::1|(0{1,4}:){7}0{0,3}1", Pattern.CASE_INSENSITIVE);

  private static final String FORWARDED = "x-forwarded";
  private static final Set<String> OF_PROXIES =
      Set.of(
          "forwarded",
          "via",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-original-forwarded-for",
          "x-original-host",
          "x-envoy-external-address",
          "true-client-ip",
          "cf-connecting-ip");

  private final String host;

  /**
   * @param host that the server is configured to listen on: one of its names
   */
  public LocalOnly(String host) {
    this.host = host;
  }

  @Override
  public void require(RoutingContext routing, String what) {
    String only = what + " from the server's machine only";
    HttpServerRequest request = routing.request();
    if (!isLocal(request.remoteAddress().hostAddress())) {
      throw RefusedException.forbidden(only);
    }
    proxy(request)
        .ifPresent(
            how -> {
              throw RefusedException.forbidden(only + ", not through a proxy: " + how);
            });
    HostAndPort called = request.authority();
    if (called == null || hosts(request) > 1 || !isOwn(request, called)) {
      throw RefusedException.forbidden(
          only + ", under one of its own names, such as localhost, and its port");
    }
    List<String> origins = request.headers().getAll(ORIGIN);
    if (!origins.stream().allMatch((request.scheme() + "://" + called)::equalsIgnoreCase)) {
      throw RefusedException.forbidden(only + ", not for pages of others");
    }
    if (!request.headers().contains(HEADER)) {
      throw RefusedException.forbidden(
          "%s by requests with the header %s, as in curl -H '%s: 1'"
              .formatted(what, HEADER, HEADER));
    }
  }

  private static boolean isLocal(@Nullable String address) {
    try {
      return address != null && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException impossible) {
      return false; // it is an address, no name
    }
  }

  /** What shows that a proxy has made the request; empty where nothing does. */
  private static Optional<String> proxy(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_1_0) {
      return Optional.of("it is HTTP/1.0"); // that of nginx, which adds no header by itself
    }
    return request.headers().names().stream()
        .filter(
            name -> {
              String lowerCase = name.toLowerCase(Locale.ROOT);
              return lowerCase.startsWith(FORWARDED) || OF_PROXIES.contains(lowerCase);
            })
        .findFirst()
        .map("it has a header "::concat);
  }

  private static int hosts(HttpServerRequest request) {
    return request.headers().getAll(HttpHeaders.HOST).size();
  }

  private boolean isOwn(HttpServerRequest request, HostAndPort called) {
    String name = withoutBrackets(called.host());
    int byDefault = request.isSSL() ? DEFAULT_TLS_PORT : DEFAULT_PORT;
    return (called.port() < 0 ? byDefault : called.port()) == request.localAddress().port()
        && (LOOPBACK.matcher(name).matches() || name.equalsIgnoreCase(withoutBrackets(host)));
  }

  private static String withoutBrackets(String name) {
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }
}
