package io.flowledger.deploy.server;

import io.flowledger.deploy.mcp.OwnServer;
import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Access;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Gate;
import io.flowledger.http.access.Grants;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A port for what the server asks itself, since that of its clients may want a certificate, or
 * addresses that are not its own. It is on the loopback interface, and for whoever knows a secret
 * of this process only. Credentials are asked for as everywhere.
 */
final class OwnPort implements Routes, OwnServer {

  private static final String SECRET = "Flowledger-Own";
  private static final String CLIENT = "Flowledger-Own-Client";
  private static final String CREDENTIAL = "Flowledger-Own-Credential";
  private static final String GRANTS = "Flowledger-Own-Grants";
  private static final int SECRET_BYTES = 32;

  private final int port = Ports.free();
  private final String secret;

  OwnPort() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    this.secret = HexFormat.of().formatHex(random);
  }

  int port() {
    return port;
  }

  @Override
  public String url(SocketAddress called) {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public Map<String, String> headers(RoutingContext request) {
    Map<String, String> headers = new HashMap<>();
    headers.put(SECRET, secret);
    Caller caller = Caller.of(request);
    if (caller.address() != null) {
      headers.put(CLIENT, caller.address());
    }
    Optional<String> grants = Access.of(request).grants();
    if (caller.credential() != null && grants.isPresent()) {
      headers.put(CREDENTIAL, caller.credential());
      headers.put(GRANTS, grants.get());
    }
    return headers;
  }

  @Override
  public void mount(Router router) {
    // What it refuses is refused before there is an endpoint.
  }

  /** Whoever called has proven who they are where they did, maybe by what is not passed on. */
  @Override
  public Future<?> identify(RoutingContext request) {
    MultiMap headers = request.request().headers();
    if (isOwn(headers) && headers.contains(CREDENTIAL)) {
      Grants grants = Grants.parse(headers.get(GRANTS));
      Gate.introduce(request, new Credential(headers.get(CREDENTIAL), grants));
    }
    return Future.succeededFuture();
  }

  @Override
  public void admit(RoutingContext request) {
    MultiMap headers = request.request().headers();
    if (!isOwn(headers)) {
      throw RefusedException.forbidden("this port is for the server itself");
    }
    if (headers.contains(CLIENT)) {
      Caller.from(request, headers.get(CLIENT));
    }
  }

  private boolean isOwn(MultiMap headers) {
    String sent = headers.contains(SECRET) ? headers.get(SECRET) : "";
    return MessageDigest.isEqual(
        sent.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }
}
