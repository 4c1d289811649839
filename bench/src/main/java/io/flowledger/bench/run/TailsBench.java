package io.flowledger.bench.run;

import io.flowledger.bench.load.Api;
import io.flowledger.bench.load.Bodies;
import io.flowledger.bench.load.LoadGenerator;
import io.flowledger.bench.load.LoadResult;
import io.flowledger.bench.load.Operation;
import io.flowledger.bench.load.TailClients;
import io.flowledger.bench.load.Template;
import io.flowledger.bench.load.VertxLoad;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Many clients follow one busy run: how long it takes until all of them have an event, and what
 * that costs those who write elsewhere at the same time.
 */
public final class TailsBench {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final long PACE_NANOS = 1_000_000_000L;
  private static final int WRITERS = 64;
  private static final double MILLIS = 1_000_000;
  private static final int NOT_OK = 300;

  /**
   * @param tails clients
   * @param rate events a second
   * @param warmUp before anything is measured
   * @param time of every part
   */
  public record Load(int tails, int rate, Duration warmUp, Duration time) {}

  /**
   * What others wrote in a part.
   *
   * @param cores processor time that the server used per second
   */
  private record Written(double rate, double cores) {}

  private final Bench bench;
  private final Load load;
  private final ServerProcess server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong refused = new AtomicLong();

  private TailsBench(Bench bench, Load load, ServerProcess server) {
    this.bench = bench;
    this.load = load;
    this.server = server;
  }

  public static void run(Bench bench, ServerProcess.Options options, Load load) {
    Path data = bench.folder("data-tails");
    ServerProcess server = ServerProcess.start(bench, options, data);
    server.awaitReady(READY_LIMIT);
    try (LoadGenerator others = new VertxLoad()) {
      new TailsBench(bench, load, server).run(others);
    } finally {
      server.stop();
      Bench.delete(data);
    }
  }

  private void run(LoadGenerator others) {
    Api api = new Api(server.url());
    String followed = task(api, "Followed");
    Operation writes = writes(task(api, "Other"));
    bench.progress("warming up");
    besidePaced(others, writes, followed, load.warmUp());
    Written alone = written(others, writes, load.time());
    Written before = besidePaced(others, writes, followed, load.time());
    bench.progress("connecting %d tails".formatted(load.tails()));
    String run = followed.substring(0, followed.indexOf("/steps/"));
    try (TailClients tails = TailClients.connect(server.url(), run, load.tails())) {
      pace(followed, load.warmUp(), new AtomicBoolean());
      tails.awaitAll();
      tails.reset();
      double cpu = cpuSeconds();
      pace(followed, load.time(), new AtomicBoolean());
      double cores = (cpuSeconds() - cpu) / (load.time().toNanos() / (double) PACE_NANOS);
      boolean complete = tails.awaitAll();
      Histogram quiet = tails.latency();
      tails.reset();
      Written beside = besidePaced(others, writes, followed, load.time());
      complete &= tails.awaitAll();
      Histogram busy = tails.latency();
      int cutOff = tails.cutOff();
      tails.close();
      // Measured on both sides, since the server is still getting faster.
      Written after = besidePaced(others, writes, followed, load.time());
      double without = (before.rate() + after.rate()) / 2;
      bench.print(
          new Table("Live tails", "what", "value")
              .row("tails", load.tails())
              .row("events/s", load.rate())
              .row("p50 ms", millis(quiet, 50))
              .row("p99 ms", millis(quiet, 99))
              .row("max ms", millis(quiet, 100))
              .row("p99 ms, others writing as fast as they can", millis(busy, 99))
              .row("all events at all tails", complete ? "yes" : "NO")
              .row("tails cut off", cutOff)
              .row("server cores, events and tails, nothing else", Table.decimal(cores, 2))
              .row("other writes/s, nothing else", Table.count(alone.rate()))
              .row("other writes/s, beside the events, before", Table.count(before.rate()))
              .row("other writes/s, beside events and tails", Table.count(beside.rate()))
              .row("other writes/s, beside the events, after", Table.count(after.rate()))
              .row("kept by the tails", Table.ratio(beside.rate(), without))
              .row("server cores, others and events", Table.decimal(after.cores(), 2))
              .row("server cores, others, events and tails", Table.decimal(beside.cores(), 2))
              .row("RSS MB", Table.count(server.residentMb()))
              .note(
                  "from the sending of an event to the arrival of the piece that it is the oldest"
                      + " of")
              .note("the clients share the processors with the server"));
      if (!complete || cutOff > 0) {
        bench.failed("a tail has not been told every event");
      }
    }
    if (refused.get() > 0) {
      bench.failed(refused.get() + " writes were refused");
    }
  }

  private static String task(Api api, String flow) {
    String path = "/flows/" + flow;
    api.post(path, Bodies.registration());
    String run = path + "/runs/" + api.runs(path, 1, i -> Bodies.run("t")).get(0);
    api.post(run + "/steps/start/step", Bodies.registration());
    String step = run + "/steps/start";
    return step + "/tasks/" + api.tasks(step, 1, i -> Bodies.registration()).get(0);
  }

  // ---- writing ---------------------------------------------------------------------------------

  private static Operation writes(String task) {
    return Operation.of(
        "others",
        new Operation.Request(
            "POST",
            Template.of(task + "/metadata", Map.of()),
            Template.of(Bodies.metadata(1, "other"), Map.of())));
  }

  private Written written(LoadGenerator others, Operation writes, Duration time) {
    double before = cpuSeconds();
    LoadResult result = others.run(server.url(), writes, WRITERS, time, 1);
    refused.addAndGet(result.failed());
    return new Written(result.rate(), (cpuSeconds() - before) / result.seconds());
  }

  /** Others write as fast as they can while the events come. */
  private Written besidePaced(
      LoadGenerator others, Operation writes, String followed, Duration time) {
    AtomicBoolean over = new AtomicBoolean();
    Thread pacer = new Thread(() -> pace(followed, time.plusSeconds(1), over), "pacer");
    pacer.start();
    Written written = written(others, writes, time);
    over.set(true);
    try {
      pacer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return written;
  }

  private void pace(String task, Duration time, AtomicBoolean over) {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (long i = 0; System.nanoTime() < end && !over.get(); i++) {
      long due = start + i * PACE_NANOS / load.rate();
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Bench.sleep(Duration.ofNanos(wait));
      }
      post(task, TailClients.mark());
    }
  }

  private void post(String task, String value) {
    HttpRequest request =
        HttpRequest.newBuilder(server.url().resolve(task + "/metadata"))
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Bodies.metadata(1, value)))
            .build();
    client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .whenComplete(
            (answer, failure) -> {
              if (failure != null || answer.statusCode() >= NOT_OK) {
                refused.incrementAndGet();
              }
            });
  }

  private double cpuSeconds() {
    return ProcessHandle.of(server.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .map(cpu -> cpu.toNanos() / (double) PACE_NANOS)
        .orElse(0.0);
  }

  private static String millis(Histogram histogram, double percentile) {
    return Table.decimal(histogram.getValueAtPercentile(percentile) / MILLIS, 1);
  }
}
