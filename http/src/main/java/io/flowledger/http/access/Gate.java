package io.flowledger.http.access;

import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets nobody in without a credential that may do what the request does, before anything of its
 * body is read. Stands before all other endpoints. What is refused is the same whatever is there.
 */
public final class Gate implements Routes {

  /** The header of Metaflow's client. */
  private static final String API_KEY = "x-api-key";

  private static final String BEARER = "Bearer ";
  private static final String CHALLENGE = "Bearer realm=\"flowledger\"";
  private static final String CREDENTIAL = Credential.class.getName();

  private final Credentials credentials;
  private final Predicate<String> open;
  private final Predicate<String> readByPost;
  private final Counter unknown;
  private final Counter forbidden;

  /**
   * @param open whether a path, as it is routed, is for everybody
   * @param readByPost whether what is posted to a path, as it is routed, changes nothing by itself
   */
  public Gate(
      Credentials credentials,
      Predicate<String> open,
      Predicate<String> readByPost,
      MeterRegistry metrics) {
    this.credentials = credentials;
    this.open = open;
    this.readByPost = readByPost;
    this.unknown = refused(metrics, "credential");
    this.forbidden = refused(metrics, "role");
  }

  private static Counter refused(MeterRegistry metrics, String reason) {
    return Counter.builder("flowledger.access.refused")
        .description("Requests that were refused, without a credential or with one of another role")
        .tag("reason", reason)
        .register(metrics);
  }

  @Override
  public void mount(Router router) {
    // What it refuses is refused before there is an endpoint.
  }

  @Override
  public void admit(RoutingContext request) {
    String path = request.normalizedPath();
    if (open.test(path)) {
      return;
    }
    Credential credential = credential(request);
    Permission needed =
        readByPost.test(path) ? Permission.READ : Permission.of(request.request().method());
    require(credential, needed);
    request.put(CREDENTIAL, credential);
    Caller.isCredential(request, credential.name());
  }

  private Credential credential(RoutingContext request) {
    Set<String> secrets = secrets(request.request().headers());
    Optional<Credential> found =
        secrets.size() == 1 ? credentials.of(secrets.iterator().next()) : Optional.empty();
    return found.orElseThrow(
        () -> {
          unknown.increment();
          request.response().putHeader("WWW-Authenticate", CHALLENGE);
          return new RefusedException(
              Reason.UNAUTHENTICATED,
              secrets.isEmpty()
                  ? "this needs a key, in the header x-api-key or as Authorization: Bearer; for"
                      + " Metaflow, METAFLOW_SERVICE_AUTH_KEY"
                  : "this key is not known here");
        });
  }

  /** Whoever sends two that differ means one of them, and it cannot be said which. */
  private static Set<String> secrets(MultiMap headers) {
    Set<String> secrets = new LinkedHashSet<>(headers.getAll(API_KEY));
    for (String authorization : headers.getAll(HttpHeaders.AUTHORIZATION)) {
      secrets.add(
          authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
              ? authorization.substring(BEARER.length()).strip()
              : authorization);
    }
    return secrets;
  }

  private void require(Credential credential, Permission needed) {
    if (!credential.role().may(needed)) {
      forbidden.increment();
      throw RefusedException.forbidden(
          "%s is a %s, who may not %s"
              .formatted(
                  credential.name(),
                  credential.role().label(),
                  needed == Permission.WRITE ? "write" : "read"));
    }
  }

  /** The credential of a request that has passed. */
  static Optional<Credential> passed(RoutingContext request) {
    return Optional.ofNullable(request.get(CREDENTIAL));
  }
}
