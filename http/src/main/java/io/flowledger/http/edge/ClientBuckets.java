package io.flowledger.http.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/**
 * A bucket of tokens for each of many clients. One that is full again is as a new one, so those of
 * clients that have been silent are forgotten.
 */
public final class ClientBuckets {

  private static final int MOST_CLIENTS = 100_000;

  private final int capacity;
  private final int refill;
  private final Duration period;
  private final Cache<String, Bucket> buckets;

  /**
   * @param capacity tokens in a full bucket
   * @param refill tokens that come within the period
   */
  public ClientBuckets(int capacity, int refill, Duration period) {
    this.capacity = capacity;
    this.refill = refill;
    this.period = period;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST_CLIENTS)
            .expireAfterAccess(period.multipliedBy(2L * capacity / refill))
            .build();
  }

  /** Takes a token of a client; zero when there was one, else how long until there is. */
  public Duration take(String client) {
    return Duration.ofNanos(
        bucket(client).tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill());
  }

  /** How long until a client has a token; zero when it has one, which it keeps. */
  public Duration untilNext(String client) {
    return Duration.ofNanos(bucket(client).estimateAbilityToConsume(1).getNanosToWaitForRefill());
  }

  private Bucket bucket(String client) {
    return buckets.get(
        client,
        first ->
            Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, period))
                .build());
  }
}
