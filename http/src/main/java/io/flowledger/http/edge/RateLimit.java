package io.flowledger.http.edge;

import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Bounds how many requests a second a client has answered, by its credential, or by its address
 * where it has none that is known. Who has been silent may send those of two seconds at once.
 */
public final class RateLimit implements Routes {

  private static final int BURST_SECONDS = 2;

  private final int perSecond;
  private final Predicate<String> open;
  private final Counter refused;
  private final ClientBuckets buckets;

  /**
   * @param open whether a path, as it is routed, is not counted
   */
  public RateLimit(int perSecond, Predicate<String> open, MeterRegistry metrics) {
    this.perSecond = perSecond;
    this.open = open;
    this.buckets = new ClientBuckets(BURST_SECONDS * perSecond, perSecond, Duration.ofSeconds(1));
    this.refused =
        Counter.builder("flowledger.rate.refused")
            .description("Requests that were refused, since their client has sent too many")
            .register(metrics);
  }

  @Override
  public void mount(Router router) {
    // What it refuses is refused before there is an endpoint.
  }

  @Override
  public void admit(RoutingContext request) {
    if (open.test(request.normalizedPath())) {
      return;
    }
    Duration wait = buckets.take(client(Caller.of(request)));
    if (!wait.isZero()) {
      refused.increment();
      throw RefusedException.tooMany(
          "more than %d requests a second, try again".formatted(perSecond), wait);
    }
  }

  /** Nobody can choose a name that is an address: these begin with a slash. */
  private static String client(Caller caller) {
    return caller.credential() == null ? "/" + caller.address() : caller.credential();
  }
}
