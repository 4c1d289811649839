package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.check.Call;
import io.flowledger.bench.cluster.check.History;
import io.flowledger.bench.cluster.client.Answer;
import io.flowledger.bench.cluster.client.Balancer;
import io.flowledger.bench.cluster.client.Http;
import io.flowledger.bench.cluster.client.MetaflowClient;
import io.flowledger.bench.cluster.client.Request;
import io.flowledger.bench.cluster.client.Tally;
import io.flowledger.bench.cluster.client.Target;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Everything that works on a cluster while things happen to it. */
public final class Load implements AutoCloseable {

  /**
   * How much.
   *
   * @param workers pipelines
   * @param rate of all pipelines together, steps a second
   * @param probeInterval between probes of one partition at one node
   */
  public record Settings(int workers, double rate, Duration probeInterval, long seed) {}

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PREPARATIONS = 60;
  private static final Duration PREPARATION_PAUSE = Duration.ofMillis(500);
  private static final long SILENCE_CHECK_MS = 1000;
  private static final long WORKERS_END_SECONDS = 180;

  /** What was cut off may be carried out a little later. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final long TAILS_END_SECONDS = 30;

  private final Bench bench;
  private final History history = new History();
  private final Tally tally = new Tally();
  private final Serving serving = new Serving();
  private final Outages outages = new Outages(serving);
  private final Http http = new Http();
  private final World world;
  private final Recorder recorder;
  private final Balancer balancer;
  private final Supplier<List<Target>> targets;
  private final Settings settings;
  private final List<Thread> workers = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final Probes probes;
  private volatile boolean over;
  private volatile boolean closed;

  /**
   * Begins with the flows of the probes, then with everything.
   *
   * @param targets the nodes there are, also those that do not answer now
   */
  public Load(Bench bench, Supplier<List<Target>> targets, int partitions, Settings settings) {
    this.bench = bench;
    this.targets = targets;
    this.settings = settings;
    this.world = new World(partitions);
    this.recorder = new Recorder(history, world);
    this.balancer = new Balancer(http, targets);
    targets.get().forEach(target -> serving.begin(target.name()));
    for (int partition = 0; partition < partitions; partition++) {
      prepare(world.probe(partition), partition);
    }
    for (int i = 1; i <= settings.workers(); i++) {
      start("w" + i, worker("w" + i, settings.seed() * 31 + i));
    }
    followers.forEach(follower -> start(follower.flow(), follower));
    start("silence", this::watchSilence);
    this.probes =
        new Probes(bench, http, world, recorder, outages, targets, settings.probeInterval());
  }

  private void start(String name, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                if (!closed) {
                  bench.failed(name + " has failed: " + e);
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    if (task instanceof Worker) {
      workers.add(thread);
    }
  }

  private Worker worker(String name, long seed) {
    Random random = new Random(seed);
    return new Worker(
        name,
        world,
        new MetaflowClient(http, balancer, tally, random),
        recorder,
        random,
        Duration.ofNanos((long) (1e9 * settings.workers() / settings.rate())),
        () -> over);
  }

  private void prepare(String flow, int partition) {
    String path = "/flows/" + flow;
    String marker = "setup" + partition;
    Answer made = post(path, "{\"user_name\": \"" + marker + "\"}");
    recorder.creation(path, marker, false, made);
    String run = path + "/runs/" + Probes.RUN;
    recorder.creation(
        run,
        marker,
        false,
        post(
            path + "/run",
            "{\"user_name\": \"" + marker + "\", \"run_number\": \"" + Probes.RUN + "\"}"));
    String position = made.position().orElseThrow(() -> new BenchException("no position: " + made));
    followers.add(
        new Follower(
            flow, position, http, balancer, tally, new Random(settings.seed() * 37 + partition)));
  }

  /** Asks one node after the other until it is done. */
  private Answer post(String path, String body) {
    List<Target> nodes = targets.get();
    Answer answer = http.call(nodes.get(0), Request.post(path, body), LIMIT);
    for (int i = 1; !answer.ok() && i < PREPARATIONS; i++) {
      Bench.sleep(PREPARATION_PAUSE);
      answer = http.call(nodes.get(i % nodes.size()), Request.post(path, body), LIMIT);
    }
    if (!answer.ok()) {
      throw new BenchException("POST " + path + ": " + answer);
    }
    return answer;
  }

  private void watchSilence() {
    while (!closed) {
      followers.forEach(Follower::checkSilence);
      Bench.sleep(Duration.ofMillis(SILENCE_CHECK_MS));
    }
  }

  public Serving serving() {
    return serving;
  }

  public Outages outages() {
    return outages;
  }

  public Tally tally() {
    return tally;
  }

  public long probesSent() {
    return probes.sent();
  }

  /**
   * Waits until every partition is answered by every node that serves.
   *
   * @param moment only requests that were sent after it count
   * @return what has not been answered in that time
   */
  public List<String> awaitAnswers(long moment, Duration limit) {
    while (true) {
      List<String> missing =
          answersAfter(moment).entrySet().stream()
              .filter(probe -> probe.getValue() == Long.MAX_VALUE)
              .map(Map.Entry::getKey)
              .toList();
      if (missing.isEmpty() || System.nanoTime() - moment > limit.toNanos()) {
        return missing;
      }
      Bench.sleep(Duration.ofMillis(50));
    }
  }

  /**
   * For each node that serves and each partition, when a request was answered first that was sent
   * after a moment; {@link Long#MAX_VALUE} where none was.
   */
  public Map<String, Long> answersAfter(long moment) {
    return outages.firstAfter(world.partitions(), moment);
  }

  /** Ends all writing, reads everything back, and returns all that anybody was told. */
  public History finish() {
    over = true;
    probes.close();
    bench.progress("waiting for what is on its way");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORKERS_END_SECONDS);
    for (Thread worker : workers) {
      join(worker, end);
    }
    probes.awaitIdle(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    Bench.sleep(QUIET);
    new FinalReads(bench, http, world, recorder).run(targets.get());
    awaitTails();
    followers.forEach(follower -> follower.end(recorder));
    return history;
  }

  private void join(Thread worker, long end) {
    try {
      worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
    if (worker.isAlive()) {
      bench.failed(worker.getName() + " has not come to an end");
    }
  }

  /** Whoever follows is told the last event soon after it was written. */
  private void awaitTails() {
    Map<String, Long> ends = new HashMap<>();
    for (var call : history.calls()) {
      if (call instanceof Call.Told told) {
        told.events().forEach(event -> ends.merge(told.identity(), event.offset(), Math::max));
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TAILS_END_SECONDS);
    while (System.nanoTime() < deadline
        && followers.stream().anyMatch(tail -> tail.last() < ends.getOrDefault(tail.flow(), 0L))) {
      Bench.sleep(Duration.ofMillis(100));
    }
  }

  @Override
  public void close() {
    over = true;
    closed = true;
    probes.close();
    balancer.close();
  }
}
