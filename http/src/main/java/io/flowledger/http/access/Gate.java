package io.flowledger.http.access;

import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets nobody in without a credential that may do what the request does, before anything of its
 * body is read. Stands before all other endpoints. What is refused is the same whatever is there.
 */
public final class Gate implements Routes {

  private static final String FOUND = Gate.class.getName();

  /**
   * The ways to be known, as the server is configured. A request is of whom the proxy says it is
   * of, else of whom its secret is, else of whom its certificate names.
   *
   * @param proxy before which clients prove themselves
   * @param secrets asked one after the other
   * @param certificate of the connection
   * @param challenges for {@code WWW-Authenticate}: how clients can prove themselves
   */
  public record Ways(
      Introducer proxy,
      List<Credentials> secrets,
      Introducer certificate,
      List<String> challenges) {

    /** By secrets only. */
    public static Ways of(Credentials... secrets) {
      return new Ways(
          request -> Optional.empty(),
          List.of(secrets),
          request -> Optional.empty(),
          List.of("Bearer realm=\"flowledger\""));
    }
  }

  private final Ways ways;
  private final Predicate<String> open;
  private final Predicate<String> readByPost;
  private final Counter unknown;
  private final Counter forbidden;

  /**
   * @param open whether a path, as it is routed, is for everybody
   * @param readByPost whether what is posted to a path, as it is routed, changes nothing by itself
   */
  public Gate(
      Ways ways, Predicate<String> open, Predicate<String> readByPost, MeterRegistry metrics) {
    this.ways = ways;
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

  /** Says who a request is of, before it is asked that: somebody who knows. */
  public static void introduce(RoutingContext request, Credential credential) {
    request.put(FOUND, credential);
  }

  /** What is found is kept with the request, for {@link #admit}. */
  @Override
  public Future<?> identify(RoutingContext request) {
    if (isOpen(request) || request.get(FOUND) != null) {
      return Future.succeededFuture();
    }
    Future<Optional<Credential>> credential = credential(request);
    credential.onSuccess(found -> found.ifPresent(known -> request.put(FOUND, known)));
    return credential;
  }

  private Future<Optional<Credential>> credential(RoutingContext request) {
    Optional<Credential> introduced = ways.proxy().of(request);
    if (introduced.isPresent()) {
      return Future.succeededFuture(introduced);
    }
    Set<Secret> secrets = Secret.in(request.request().headers());
    if (secrets.isEmpty()) {
      return Future.succeededFuture(ways.certificate().of(request));
    }
    // Whoever sends two that differ means one of them, and it cannot be said which.
    return secrets.size() > 1
        ? Future.succeededFuture(Optional.empty())
        : holder(secrets.iterator().next(), 0);
  }

  private Future<Optional<Credential>> holder(Secret secret, int way) {
    if (way == ways.secrets().size()) {
      return Future.succeededFuture(Optional.empty());
    }
    Future<Optional<Credential>> found = ways.secrets().get(way).of(secret);
    return found.compose(
        known -> known.isPresent() ? Future.succeededFuture(known) : holder(secret, way + 1));
  }

  @Override
  public void admit(RoutingContext request) {
    if (isOpen(request)) {
      return;
    }
    Credential credential = request.get(FOUND);
    if (credential == null) {
      throw unknown(request);
    }
    Caller.isCredential(request, credential.name());
    Access.put(request, credential);
    counted(() -> Access.of(request).require(needed(request)));
  }

  /** To be read: nobody who is not known sends anything that has to be held. */
  private boolean isOpen(RoutingContext request) {
    return Permission.of(request.request().method()) == Permission.READ
        && open.test(request.normalizedPath());
  }

  private RefusedException unknown(RoutingContext request) {
    unknown.increment();
    HttpServerResponse response = request.response();
    ways.challenges().forEach(challenge -> response.headers().add("WWW-Authenticate", challenge));
    return new RefusedException(
        Reason.UNAUTHENTICATED,
        Secret.in(request.request().headers()).isEmpty()
            ? "this needs a key, in the header x-api-key or as Authorization: Bearer; for"
                + " Metaflow, METAFLOW_SERVICE_AUTH_KEY"
            : "this key is not known here");
  }

  private Permission needed(RoutingContext request) {
    return readByPost.test(request.normalizedPath())
        ? Permission.READ
        : Permission.of(request.request().method());
  }

  private void counted(Runnable check) {
    try {
      check.run();
    } catch (RefusedException refused) {
      forbidden.increment();
      throw refused;
    }
  }

  /** Asks for the flow of a request as its endpoint will see it, since these stand before those. */
  @Override
  public void mount(Router router) {
    FlowPaths.all().forEach(path -> router.route(path).handler(this::requireFlow));
  }

  private void requireFlow(RoutingContext request) {
    FlowPaths.flow(request)
        .ifPresent(flow -> counted(() -> Access.of(request).require(needed(request), flow)));
    request.next();
  }
}
