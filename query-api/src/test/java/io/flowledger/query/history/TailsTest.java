package io.flowledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.projector.fixture.Seed;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TailsTest {

  private static final String STREAM = "text/event-stream";

  private final HttpClient client = HttpClient.newHttpClient();
  private World world;
  private QueryRoutes routes;
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    routes = new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC());
    server = new QueryServer(vertx, routes::mount);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.step("F", 1, "start", 30);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  private Position task(int id) {
    return world.task("F", 1, "start", id, 40);
  }

  /** An open tail, read line by line. */
  private static final class Reader implements AutoCloseable {
    private final HttpResponse<Stream<String>> response;
    private final java.util.Iterator<String> lines;

    Reader(HttpResponse<Stream<String>> response) {
      this.response = response;
      this.lines = response.body().iterator();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The next event, its lines joined by bars. */
    String next() {
      List<String> event = new ArrayList<>();
      while (true) {
        String line = lines.next();
        if (!line.isEmpty() && !line.startsWith(":")) {
          event.add(line);
        } else if (!event.isEmpty()) {
          return String.join("|", event);
        }
      }
    }

    String nextId() {
      return next().split("\\|", -1)[0].substring("id: ".length());
    }

    /** Whether the server ends the answer before another event comes. */
    boolean ends() {
      while (lines.hasNext()) {
        if (lines.next().startsWith("id:")) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void close() {
      response.body().close();
    }
  }

  private Reader open(String path, String lastEventId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Accept", STREAM);
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    return new Reader(
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines()).join());
  }

  @Test
  void tellsWhatComesFromNowOn() {
    try (Reader tail = open("/flows/F/runs/1/events", "")) {
      assertThat(tail.header("Content-Type")).isEqualTo(STREAM);
      assertThat(tail.header("Cache-Control")).isEqualTo("no-store");
      Position position = task(7);
      String history = server.get("/flows/F/runs/1/events?type=TaskRegistered").body();
      assertThat(tail.next())
          .isEqualTo(
              "id: "
                  + position
                  + "|event: TaskRegistered|data: "
                  + history.substring(1, history.length() - 1));
    }
  }

  @Test
  void goesOnAfterTheLastEventSeen() {
    task(7);
    try (Reader tail = open("/flows/F/runs/1/events", "0@1")) {
      assertThat(tail.nextId()).isEqualTo("0@2");
      assertThat(tail.nextId()).isEqualTo("0@3");
      task(8);
      assertThat(tail.nextId()).isEqualTo("0@4");
    }
  }

  @Test
  void tellsOnlyWhatIsAskedFor() {
    world.flow("G", 50);
    world.run("F", 2, 51);
    try (Reader tail = open("/flows/F/runs/1/events?type=MetadataRecorded", "0@0")) {
      task(7); // 0@5
      world.metadata("F", 1, "start", 7, "attempt", "0", 60);
      world.flow("H", 61);
      world.metadata("F", 1, "start", 7, "attempt", "1", 62);
      assertThat(tail.nextId()).isEqualTo("0@6");
      assertThat(tail.nextId()).isEqualTo("0@8");
    }
  }

  @Test
  void anEventThatTheHubHasNotComeToIsNotToldTwice() {
    try (Reader first = open("/flows/F/runs/1/events", "")) {
      Position seen = task(7);
      Position unseen = task(8);
      try (Reader second = open("/flows/F/runs/1/events", seen.toString())) {
        assertThat(second.nextId()).isEqualTo(unseen.toString());
        task(9);
        assertThat(second.nextId()).isEqualTo("0@5");
      }
      assertThat(List.of(first.nextId(), first.nextId(), first.nextId()))
          .containsExactly("0@3", "0@4", "0@5");
    }
  }

  /** What has no place in any history, a task without a number here, comes to no tail either. */
  @Test
  void whatTheHistoryLeavesOutIsNotTold() {
    try (Reader live = open("/flows/F/runs/1/events", "")) {
      task(0);
      task(1);
      String history = server.get("/flows/F/runs/1/events?type=TaskRegistered").body();
      assertThat(history).contains("0@4").doesNotContain("0@3");
      assertThat(live.nextId()).isEqualTo("0@4");
    }
    try (Reader late = open("/flows/F/runs/1/events", "0@2")) {
      assertThat(late.nextId()).isEqualTo("0@4");
    }
  }

  /** Clients come and go anywhere in the log while events come: none misses or repeats any. */
  @Test
  void whereverATailBeginsItIsToldEveryEventOnce() {
    Random random = Seed.random("TailsTest");
    int events = 3000;
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> IntStream.rangeClosed(1, events).forEach(this::task));
    int last = 2 + events;
    List<CompletableFuture<Void>> readers =
        IntStream.range(0, 20)
            .mapToObj(
                i -> {
                  int from = random.nextInt(2500);
                  boolean resumes = random.nextBoolean();
                  return CompletableFuture.runAsync(() -> readAll(from, last, resumes));
                })
            .toList();
    CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).join();
    writer.join();
    await().until(() -> routes.openTails() == 0);
  }

  private void readAll(int from, int last, boolean resumes) {
    int next = from + 1;
    while (next <= last) {
      String seen = "0@" + (next - 1);
      await().until(() -> world.views().end(Position.Log.EVENTS, 0) > from);
      try (Reader tail = open("/flows/F/runs/1/events", seen)) {
        int until = resumes ? Math.min(last, next + 500) : last;
        for (; next <= until; next++) {
          assertThat(tail.nextId()).isEqualTo("0@" + next);
        }
      }
    }
  }

  @Test
  void whoDoesNotReadIsCutOffAndCanGoOn() throws IOException {
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      slow.setSoTimeout(30_000);
      slow.getOutputStream()
          .write(
              ("GET /flows/F/events HTTP/1.1\r\nHost: x\r\nAccept: " + STREAM + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> routes.openTails() == 1);
      String large = "x".repeat(200_000);
      int[] task = {100};
      world.task("F", 1, "start", 1, 40);
      await()
          .pollInSameThread()
          .pollInterval(10, TimeUnit.MILLISECONDS)
          .atMost(30, TimeUnit.SECONDS)
          .until(
              () -> {
                world.metadata("F", 1, "start", 1, "f" + task[0]++, large, 50);
                return routes.tailsCutOff() == 1;
              });

      BufferedReader answer =
          new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
      List<Long> told =
          answer
              .lines()
              .takeWhile(line -> !line.equals("0")) // the end of a chunked answer
              .filter(line -> line.startsWith("id: 0@"))
              .map(line -> Long.valueOf(line.substring("id: 0@".length())))
              .toList();
      assertThat(told).isNotEmpty();
      try (Reader next = open("/flows/F/events", "0@" + told.get(told.size() - 1))) {
        assertThat(next.nextId()).isEqualTo("0@" + (told.get(told.size() - 1) + 1));
      }
    } catch (UncheckedIOException e) {
      throw new AssertionError("not cut off in order", e);
    }
  }

  /** What they hold does not grow with how many they are, and nobody else waits for them. */
  @Test
  void manyThatDoNotReadAreCutOffWithinABudget() throws IOException {
    int deaf = 40;
    world.task("F", 1, "start", 1, 40);
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < deaf; i++) {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(4 << 10);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        client
            .getOutputStream()
            .write(
                ("GET /flows/F/events HTTP/1.1\r\nHost: x\r\nAccept: " + STREAM + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
      }
      await().until(() -> routes.openTails() == deaf);
      long before = directBytes();
      String large = "x".repeat(500_000);
      int[] field = {0};
      await()
          .pollInSameThread()
          .pollInterval(10, TimeUnit.MILLISECONDS)
          .atMost(50, TimeUnit.SECONDS)
          .until(
              () -> {
                world.metadata("F", 1, "start", 1, "f" + field[0]++, large, 50);
                assertThat(routes.unsentTailBytes()).isLessThanOrEqualTo(16 << 20);
                assertThat(directBytes() - before).isLessThan(24 << 20);
                assertThat(server.get("/flows/F").status()).isEqualTo(200);
                return routes.tailsCutOff() == deaf;
              });
      await().untilAsserted(() -> assertThat(routes.unsentTailBytes()).isZero());
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
    await().until(() -> routes.openTails() == 0);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void endsWhenTheViewGoes() {
    try (Reader tail = open("/flows/F/runs/1/events", "")) {
      await().until(() -> routes.openTails() == 1);
      world.views().viewsOpen(false);
      task(7);
      assertThat(tail.ends()).isTrue();
    }
  }

  @Test
  void whoAsksForTheHeadersOnlyGetsNoMore() {
    assertThat(server.send("HEAD", "/flows/F/events", "Accept", STREAM).join())
        .isEqualTo(new Answer(200, STREAM, "", "", ""));
    await().until(() -> routes.openTails() == 0);
  }

  @Test
  void whoHasGoneBeforeHisPositionIsThereIsNotCounted() throws IOException {
    server.close();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    routes = new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC());
    server =
        new QueryServer(
            vertx,
            router -> {
              router
                  .route("/flows/F/runs/1/events")
                  .handler(
                      request -> {
                        request.addEndHandler(over -> gone.complete(null));
                        request.next();
                      });
              routes.mount(router);
            });
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client
          .getOutputStream()
          .write(
              ("GET /flows/F/runs/1/events HTTP/1.1\r\nHost: x\r\nAccept: "
                      + STREAM
                      + "\r\nFlowledger-Min-Position: 0@3\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> world.views().waiters() == 1);
    }
    gone.join();
    task(7); // 0@3
    // There is one event loop, and it has seen to the waiting request when it answers this one.
    assertThat(server.get("/flows/F").status()).isEqualTo(200);
    assertThat(routes.openTails()).isZero();
  }

  @Test
  void refusesWhatCannotBeFollowed() {
    assertThat(server.get("/flows/F/events", "Accept", STREAM, "Last-Event-ID", "0@99999"))
        .isEqualTo(
            Answer.failure(
                400, "position 0@99999 is not there yet, the log of partition 0 has 3 events"));
    assertThat(server.get("/flows/F/events", "Accept", STREAM, "Last-Event-ID", "7"))
        .isEqualTo(Answer.failure(400, "Invalid cursor"));
    assertThat(server.get("/flows/F/events?as_of=0@1", "Accept", STREAM))
        .isEqualTo(Answer.failure(400, "the past can be read, but not followed"));
    assertThat(server.get("/flows/G/events", "Accept", STREAM))
        .isEqualTo(Answer.failure(404, "flow G is not registered"));
  }
}
