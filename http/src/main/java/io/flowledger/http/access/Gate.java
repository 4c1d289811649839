package io.flowledger.http.access;

import io.flowledger.http.Caller;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets nobody in without a credential that may do what the request does, before anything of its
 * body is read. Stands before all other endpoints. What is refused is the same whatever is there.
 */
public final class Gate implements Routes {

  private static final String FOUND = Gate.class.getName();
  private static final String PROVEN = FOUND + ".proven";
  private static final long LOOK_AGAIN_MS = 2000;

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
  private final Counter unsaid;
  private final Counter ended;

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
    this.unsaid = refused(metrics, "busy");
    this.ended = refused(metrics, "ended");
  }

  private static Counter refused(MeterRegistry metrics, String reason) {
    return Counter.builder("flowledger.access.refused")
        .description("Requests that were refused, or ended, for what their sender is or is not")
        .tag("reason", reason)
        .register(metrics);
  }

  /** Says who a request is of, before it is asked that: somebody who knows. */
  public static void introduce(RoutingContext request, Credential credential) {
    request.put(FOUND, credential);
    Caller.isCredential(request, credential.name());
  }

  /** What is found is kept with the request, for {@link #admit}. */
  @Override
  public Future<?> identify(RoutingContext request) {
    if (isOpen(request) || request.get(FOUND) != null) {
      return Future.succeededFuture();
    }
    Future<Optional<Credential>> credential = credential(request);
    return credential
        .onSuccess(
            found ->
                found.ifPresent(
                    known -> {
                      introduce(request, known);
                      request.put(PROVEN, true);
                    }))
        .onFailure(refused -> (isRefusal(refused) ? unknown : unsaid).increment());
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
        : holder(secrets.iterator().next(), address(request), 0);
  }

  private static String address(RoutingContext request) {
    return Objects.requireNonNullElse(Caller.of(request).address(), "");
  }

  private Future<Optional<Credential>> holder(Secret secret, String address, int way) {
    if (way == ways.secrets().size()) {
      return Future.succeededFuture(Optional.empty());
    }
    Future<Optional<Credential>> found = ask(ways.secrets().get(way), secret, address);
    return found.compose(
        known ->
            known.isPresent() ? Future.succeededFuture(known) : holder(secret, address, way + 1));
  }

  private static Future<Optional<Credential>> ask(Credentials way, Secret secret, String address) {
    try {
      return way.of(secret, address);
    } catch (RefusedException busy) {
      return Future.failedFuture(busy);
    }
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
    Access.put(request, credential);
    counted(() -> Access.of(request).require(needed(request)));
    // Of others that was asked where they came in.
    if (Requests.isTail(request) && request.get(PROVEN, false)) {
      endWith(credential, request);
    }
  }

  /** What has no end of its own ends when the credential does, or may do something else. */
  private void endWith(Credential credential, RoutingContext request) {
    Vertx vertx = request.vertx();
    long timer =
        vertx.setPeriodic(
            LOOK_AGAIN_MS,
            again ->
                credential(request)
                    .onComplete(
                        now -> {
                          if (now.failed() ? isRefusal(now.cause()) : !isStill(now, credential)) {
                            ended.increment();
                            request.response().reset();
                          }
                        }));
    request.addEndHandler(over -> vertx.cancelTimer(timer));
  }

  private static boolean isStill(AsyncResult<Optional<Credential>> now, Credential before) {
    return now.result().filter(before::equals).isPresent();
  }

  /** Not that it cannot be said now. */
  private static boolean isRefusal(Throwable cause) {
    return cause instanceof RefusedException refused && refused.reason() == Reason.UNAUTHENTICATED;
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
