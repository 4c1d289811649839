package io.flowledger.http.telemetry;

import java.time.Duration;
import java.util.stream.LongStream;

/** Upper bounds of the buckets that durations are counted in. */
public final class Durations {

  /** Those that OpenTelemetry's semantic conventions for HTTP advise, from 5 ms to 10 s. */
  static final Duration[] OF_REQUESTS =
      millis(5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000);

  /** Of parts of a request, which take a millisecond or so: from 500 microseconds to 20 s. */
  private static final Duration[] OF_PARTS =
      LongStream.of(
              500,
              1000,
              2500,
              5000,
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000,
              20_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1000))
          .toArray(Duration[]::new);

  private Durations() {}

  private static Duration[] millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  /** Those of parts of a request, from 500 microseconds to 20 s. */
  public static Duration[] ofParts() {
    return OF_PARTS.clone();
  }
}
