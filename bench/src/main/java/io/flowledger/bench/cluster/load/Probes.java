package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.client.Answer;
import io.flowledger.bench.cluster.client.Http;
import io.flowledger.bench.cluster.client.Request;
import io.flowledger.bench.cluster.client.Target;
import io.flowledger.bench.report.Bench;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks every node for an object of every partition, and writes one, all the time and whatever
 * becomes of the requests before: what a node that stood still has received meanwhile, it answers
 * when it goes on, and has to answer rightly. What is read is the last object that was acknowledged
 * by any node. Nothing is repeated.
 */
public final class Probes implements AutoCloseable {

  static final String RUN = "probe";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MOST_WAITING = 600;
  private static final int WRITE_EVERY = 3;

  private final Bench bench;
  private final Http http;
  private final World world;
  private final Recorder recorder;
  private final Outages outages;
  private final Supplier<List<Target>> targets;
  private final AtomicReferenceArray<String> latest;
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final Map<Target, AtomicInteger> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "probes");
            thread.setDaemon(true);
            return thread;
          });
  private long tick;

  /**
   * @param interval between two probes of one partition at one node
   */
  Probes(
      Bench bench,
      Http http,
      World world,
      Recorder recorder,
      Outages outages,
      Supplier<List<Target>> targets,
      Duration interval) {
    this.bench = bench;
    this.http = http;
    this.world = world;
    this.recorder = recorder;
    this.outages = outages;
    this.targets = targets;
    this.latest = new AtomicReferenceArray<>(world.partitions());
    long every = Math.max(1, interval.toMillis() / world.partitions());
    for (int partition = 0; partition < world.partitions(); partition++) {
      latest.set(partition, run(partition));
    }
    timer.scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
  }

  private String run(int partition) {
    return "/flows/" + world.probe(partition) + "/runs/" + RUN;
  }

  private void tick() {
    int partition = (int) (tick % world.partitions());
    long round = tick++ / world.partitions();
    List<Target> all = targets.get();
    for (int i = 0; i < all.size(); i++) {
      if ((round + i) % WRITE_EVERY == 0) {
        write(all.get(i), partition);
      } else {
        read(all.get(i), partition);
      }
    }
  }

  private boolean begin(Target target) {
    AtomicInteger open = waiting.computeIfAbsent(target, key -> new AtomicInteger());
    if (open.incrementAndGet() <= MOST_WAITING) {
      sent.incrementAndGet();
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  private void end(Answer answer, int partition) {
    AtomicInteger open = waiting.get(answer.target());
    if (open != null) {
      open.decrementAndGet();
    }
    if (answer.ok()) {
      outages.success(
          answer.target().name(), partition, answer.span().invoked(), answer.span().returned());
    }
  }

  private void read(Target target, int partition) {
    if (!begin(target)) {
      return;
    }
    String path = latest.get(partition);
    http.send(target, Request.get(path), LIMIT)
        .thenAccept(
            answer -> {
              end(answer, partition);
              recorder.object(path, answer);
            })
        .exceptionally(this::failed);
  }

  private void write(Target target, int partition) {
    if (!begin(target)) {
      return;
    }
    String marker = "p" + count.incrementAndGet();
    String run = run(partition);
    String path = run + "/steps/" + marker;
    Request request = Request.post(path + "/step", "{\"user_name\": \"" + marker + "\"}");
    http.send(target, request, LIMIT)
        .thenAccept(
            answer -> {
              end(answer, partition);
              recorder.creation(path, marker, false, answer);
              if (answer.ok()) {
                latest.set(partition, path);
              }
            })
        .exceptionally(this::failed);
  }

  private @Nullable Void failed(Throwable failure) {
    bench.failed("a probe: " + failure);
    return null;
  }

  /** Waits until nothing is on its way. */
  void awaitIdle(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (waiting.values().stream().anyMatch(open -> open.get() > 0)
        && System.nanoTime() < deadline) {
      Bench.sleep(Duration.ofMillis(100));
    }
  }

  /** How many requests have been sent. */
  public long sent() {
    return sent.get();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
