package io.flowledger.bench.load;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Result of a load, as its generator saw it.
 *
 * @param answers that arrived
 * @param seconds in which they did
 * @param bytes of the bodies of answers
 * @param p50 milliseconds from request to end of answer, as all percentiles
 * @param failures how many of each kind: answers that are not 2xx, broken connections, silence
 */
public record LoadResult(
    long answers,
    double seconds,
    long bytes,
    double p50,
    double p99,
    double p999,
    Map<String, Long> failures) {

  public double rate() {
    return seconds > 0 ? answers / seconds : 0;
  }

  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** For example {@code 503 x12, connection refused x1}. */
  public String failuresText() {
    return failures.entrySet().stream()
        .map(failure -> failure.getKey() + " x" + failure.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
