package io.flowledger.bench.cluster.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A load balancer: asks each node twice a second whether it is ready, and picks among those. */
public final class Balancer implements AutoCloseable {

  private static final long EVERY_MS = 500;
  private static final Duration LIMIT = Duration.ofMillis(1500);

  private final Http http;
  private final Supplier<List<Target>> targets;
  private final Map<String, Boolean> ready = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "balancer");
            thread.setDaemon(true);
            return thread;
          });

  public Balancer(Http http, Supplier<List<Target>> targets) {
    this.http = http;
    this.targets = targets;
    timer.scheduleAtFixedRate(this::ask, 0, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    for (Target target : targets.get()) {
      http.send(target, Request.get("/healthcheck"), LIMIT)
          .thenAccept(answer -> ready.put(target.name(), answer.ok()));
    }
  }

  public List<Target> targets() {
    return targets.get();
  }

  /**
   * One that is ready, else any.
   *
   * @param avoid not this one, if there is another
   */
  public Target pick(Random random, @Nullable Target avoid) {
    List<Target> all = targets.get();
    List<Target> well =
        all.stream().filter(target -> ready.getOrDefault(target.name(), false)).toList();
    return other(random, well, avoid)
        .or(() -> any(random, well))
        .or(() -> other(random, all, avoid))
        .or(() -> any(random, all))
        .orElseThrow(() -> new IllegalStateException("there are no nodes"));
  }

  private static Optional<Target> other(Random random, List<Target> from, @Nullable Target avoid) {
    return any(random, from.stream().filter(target -> !target.equals(avoid)).toList());
  }

  private static Optional<Target> any(Random random, List<Target> from) {
    return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
