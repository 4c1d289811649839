package io.flowledger.http.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Bounds how many requests a second a client has answered, by its credential, or by its address
 * where it has none. Who has been silent may send those of two seconds at once. To stand behind
 * what asks for credentials.
 */
public final class RateLimit implements Routes {

  private static final int BURST_SECONDS = 2;
  private static final int MOST_CLIENTS = 100_000;
  private static final String RETRY_AFTER = "Retry-After";

  private final int perSecond;
  private final Predicate<String> open;
  private final Counter refused;

  /** After the burst's time a bucket is as full as a new one, so it may be forgotten. */
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder()
          .maximumSize(MOST_CLIENTS)
          .expireAfterAccess(Duration.ofSeconds(2 * BURST_SECONDS))
          .build();

  /**
   * @param open whether a path, as it is routed, is not counted
   */
  public RateLimit(int perSecond, Predicate<String> open, MeterRegistry metrics) {
    this.perSecond = perSecond;
    this.open = open;
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
    ConsumptionProbe taken =
        buckets.get(client(Caller.of(request)), first -> bucket()).tryConsumeAndReturnRemaining(1);
    if (!taken.isConsumed()) {
      refused.increment();
      request.response().putHeader(RETRY_AFTER, seconds(taken.getNanosToWaitForRefill()));
      throw new RefusedException(
          Reason.TOO_MANY, "more than %d requests a second, try again".formatted(perSecond));
    }
  }

  /** Nobody can choose a name that is an address: these begin with a slash. */
  private static String client(Caller caller) {
    return caller.credential() == null ? "/" + caller.address() : caller.credential();
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity((long) BURST_SECONDS * perSecond)
                    .refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }

  /** In whole seconds, rounded up. */
  private static String seconds(long nanos) {
    long second = TimeUnit.SECONDS.toNanos(1);
    return Long.toString(Math.max(1, (nanos + second - 1) / second));
  }
}
