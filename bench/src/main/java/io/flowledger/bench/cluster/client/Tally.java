package io.flowledger.bench.cluster.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Requests, repetitions, and failures that are none of a client's business, by their seconds. */
public final class Tally {

  /** A request that has failed for good. */
  public record Failure(long at, String what) {}

  /** How many in a stretch of time. */
  public record Counts(long requests, long retries, long failures) {}

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long start = System.nanoTime();
  private final Map<Long, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<Long, LongAdder> retries = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

  public void request() {
    add(requests);
  }

  public void retry() {
    add(retries);
  }

  public void failure(String what) {
    failures.add(new Failure(System.nanoTime(), what));
  }

  private void add(Map<Long, LongAdder> seconds) {
    seconds
        .computeIfAbsent((System.nanoTime() - start) / SECOND, second -> new LongAdder())
        .increment();
  }

  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  public Counts between(long from, long to) {
    return new Counts(
        sum(requests, from, to),
        sum(retries, from, to),
        failures.stream().filter(failure -> failure.at() >= from && failure.at() < to).count());
  }

  private long sum(Map<Long, LongAdder> seconds, long from, long to) {
    long first = (from - start) / SECOND;
    long end = (to - start) / SECOND;
    return seconds.entrySet().stream()
        .filter(second -> second.getKey() >= first && second.getKey() < end)
        .mapToLong(second -> second.getValue().sum())
        .sum();
  }
}
