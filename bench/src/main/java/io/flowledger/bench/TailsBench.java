package io.flowledger.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many clients follow one busy run: how long it takes until all of them have an event, and what
 * that costs those who write elsewhere at the same time.
 */
final class TailsBench {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final Duration LAST_EVENT_LIMIT = Duration.ofSeconds(20);
  private static final long PACE_NANOS = 1_000_000_000L;
  private static final int WRITERS = 16;
  private static final double MILLIS = 1_000_000;
  private static final byte[] MARK = "\"value\": \"T".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "\nid: ".getBytes(StandardCharsets.US_ASCII);

  /**
   * @param tails clients
   * @param rate events a second
   * @param time how long
   */
  record Load(int tails, int rate, Duration time) {}

  private final Bench bench;
  private final Load load;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Histogram latency = new ConcurrentHistogram(3);
  private final AtomicInteger connected = new AtomicInteger();
  private final List<AtomicLong> lastOffsets = new ArrayList<>();

  private TailsBench(Bench bench, Load load) {
    this.bench = bench;
    this.load = load;
  }

  static void run(Bench bench, ServerProcess.Options options, Load load) {
    Path data = bench.folder("data-tails");
    ServerProcess server = ServerProcess.start(bench, options, data);
    server.awaitReady(READY_LIMIT);
    try {
      new TailsBench(bench, load).run(server);
    } finally {
      server.stop();
      Bench.delete(data);
    }
  }

  private void run(ServerProcess server) {
    Api api = new Api(server.url());
    String followed = task(api, "Followed");
    String other = task(api, "Other");
    double warmUp = writesPerSecond(server.url(), other, load.time());
    bench.progress("%.0f writes/s while warming up".formatted(warmUp));
    double alone = writesPerSecond(server.url(), other, load.time());
    double paced = besidePaced(server, followed, other);
    bench.progress("connecting %d tails".formatted(load.tails()));
    connect(server.url(), followed.substring(0, followed.indexOf("/steps/")));
    pace(server.url(), followed, new AtomicBoolean());
    boolean complete = awaitAll();
    Histogram quiet = latency.copy();
    latency.reset();
    double followedRate = besidePaced(server, followed, other);
    bench.print(
        new Table("Live tails", "what", "value")
            .row("tails", load.tails())
            .row("events/s", load.rate())
            .row("p50 ms", millis(quiet, 50))
            .row("p99 ms", millis(quiet, 99))
            .row("max ms", millis(quiet, 100))
            .row("p99 ms, others writing as fast as they can", millis(latency, 99))
            .row("all events at all tails", complete ? "yes" : "NO")
            .row("other writes/s, nothing else", Table.count(alone))
            .row("other writes/s, beside the events", Table.count(paced))
            .row("other writes/s, beside events and tails", Table.count(followedRate))
            .row("kept by the tails", Table.ratio(followedRate, paced))
            .row("RSS MB", Table.count(server.residentMb()))
            .note(
                "from the sending of an event to the arrival of the chunk that it is the oldest of")
            .note("the clients share the processors with the server"));
    if (!complete) {
      bench.failed("a tail has not been told every event");
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
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

  /** Others write as fast as they can while the events come. */
  private double besidePaced(ServerProcess server, String followed, String other) {
    AtomicBoolean over = new AtomicBoolean();
    Thread pacer = new Thread(() -> pace(server.url(), followed, over), "pacer");
    pacer.start();
    double rate = writesPerSecond(server.url(), other, load.time());
    over.set(true);
    try {
      pacer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return rate;
  }

  private void pace(URI server, String task, AtomicBoolean over) {
    long start = System.nanoTime();
    long end = start + load.time().toNanos();
    for (long i = 0; System.nanoTime() < end && !over.get(); i++) {
      long due = start + i * PACE_NANOS / load.rate();
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Bench.sleep(Duration.ofNanos(wait));
      }
      post(server, task, "T" + System.nanoTime() + ";");
    }
  }

  private double writesPerSecond(URI server, String task, Duration time) {
    Semaphore room = new Semaphore(WRITERS);
    AtomicLong done = new AtomicLong();
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      room.acquireUninterruptibly();
      post(server, task, "other")
          .whenComplete(
              (answer, failure) -> {
                room.release();
                if (failure == null && answer.statusCode() == 200) {
                  done.incrementAndGet();
                }
              });
    }
    return done.get() * (double) PACE_NANOS / (System.nanoTime() - start);
  }

  private java.util.concurrent.CompletableFuture<HttpResponse<String>> post(
      URI server, String task, String value) {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(task + "/metadata"))
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Bodies.metadata(1, value)))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  // ---- following -------------------------------------------------------------------------------

  private void connect(URI server, String run) {
    String request =
        "GET %s/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n".formatted(run);
    for (int i = 0; i < load.tails(); i++) {
      AtomicLong last = new AtomicLong(-1);
      lastOffsets.add(last);
      vertx
          .createNetClient()
          .connect(server.getPort(), server.getHost())
          .onSuccess(socket -> follow(socket, request, last))
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (connected.get() < load.tails()) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("only " + connected.get() + " tails are answered");
      }
      Bench.sleep(Duration.ofMillis(10));
    }
  }

  private void follow(NetSocket socket, String request, AtomicLong last) {
    boolean[] answered = {false};
    socket.handler(
        buffer -> {
          if (!answered[0]) {
            answered[0] = true;
            connected.incrementAndGet();
          }
          byte[] bytes = buffer.getBytes();
          int oldest = indexOf(bytes, MARK);
          long sent = oldest < 0 ? -1 : number(bytes, oldest + MARK.length, ';');
          if (sent > 0) {
            latency.recordValue(Math.max(0, System.nanoTime() - sent));
          }
          long newest = newestOffset(bytes);
          if (newest >= 0) {
            last.set(newest);
          }
        });
    socket.write(request);
  }

  private static int indexOf(byte[] bytes, byte[] pattern) {
    for (int i = 0; i <= bytes.length - pattern.length; i++) {
      if (isAt(bytes, i, pattern)) {
        return i;
      }
    }
    return -1;
  }

  /** Offset of the last event that begins in the bytes, where all of its position is there. */
  private static long newestOffset(byte[] bytes) {
    for (int i = bytes.length - ID.length - 1; i >= 0; i--) {
      if (isAt(bytes, i, ID)) {
        int at = i + ID.length;
        while (at < bytes.length && bytes[at] != '@') {
          at++;
        }
        long offset = number(bytes, at + 1, '\n');
        if (offset >= 0) {
          return offset;
        }
      }
    }
    return -1;
  }

  private static boolean isAt(byte[] bytes, int at, byte[] pattern) {
    for (int i = 0; i < pattern.length; i++) {
      if (bytes[at + i] != pattern[i]) {
        return false;
      }
    }
    return true;
  }

  /** The number that ends with that character; -1 where it is cut off. */
  private static long number(byte[] bytes, int from, char end) {
    long number = 0;
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == end) {
        return number;
      }
      number = number * 10 + bytes[i] - '0';
    }
    return -1;
  }

  /** Whether all tails come to the same event, the last one. */
  private boolean awaitAll() {
    long deadline = System.nanoTime() + LAST_EVENT_LIMIT.toNanos();
    long before = -1;
    while (System.nanoTime() < deadline) {
      long furthest = lastOffsets.stream().mapToLong(AtomicLong::get).max().orElse(-1);
      if (furthest == before && lastOffsets.stream().allMatch(last -> last.get() == furthest)) {
        return true;
      }
      before = furthest;
      Bench.sleep(Duration.ofSeconds(1));
    }
    return false;
  }

  private static String millis(Histogram histogram, double percentile) {
    return Table.decimal(histogram.getValueAtPercentile(percentile) / MILLIS, 1);
  }
}
