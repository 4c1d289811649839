package io.flowledger.query.answer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.request.EndedReads;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadThreads;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ListAnswerTest {

  private static final int MAX_SCANS = 2;
  private static final int ROW_BYTES = 1022;

  private final CountDownLatch exhausted = new CountDownLatch(1);
  private final CountDownLatch began = new CountDownLatch(MAX_SCANS);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger visited = new AtomicInteger();
  private final AtomicInteger scans = new AtomicInteger();
  private final Vertx vertx = Vertx.vertx();
  private final ReadThreads threads =
      new ReadThreads(vertx, "scans", 2, MAX_SCANS, Duration.ofMinutes(1), new EndedReads());
  private final ListAnswer answer = new ListAnswer(threads);
  private final ListAnswer rowByRow = new ListAnswer(threads, Duration.ZERO);
  private final QueryServer server = new QueryServer(vertx, this::mount);

  private void mount(Router router) {
    router
        .get("/whole/:rows")
        .handler(
            request ->
                answer(request)
                    .whole(
                        request,
                        ListFormat.TEXT,
                        numbers(
                            Integer.parseInt(request.pathParam("rows")),
                            Integer.parseInt(request.request().getParam("every", "1")))));
    router
        .get("/page/:rows")
        .handler(
            request ->
                answer(request)
                    .page(
                        request,
                        ListFormat.TEXT,
                        new Paging(
                            Integer.parseInt(request.request().getParam("limit")),
                            Optional.empty()),
                        numbers(
                            Integer.parseInt(request.pathParam("rows")),
                            Integer.parseInt(request.request().getParam("every", "1"))),
                        Optional.ofNullable(request.request().getParam("after"))
                            .map(Integer::valueOf),
                        place -> "after-" + place));
    router
        .route("/wide/:rows")
        .handler(
            request -> answer.whole(request, ListFormat.TEXT, wide(request.pathParam("rows"))));
    router
        .get("/waits")
        .handler(
            request ->
                answer.whole(
                    request,
                    ListFormat.TEXT,
                    Listing.<Integer, Integer>all(
                        (after, visitor) -> {
                          began.countDown();
                          waitFor(goOn);
                        },
                        row -> row,
                        (row, sink) -> {})));
    router
        .get("/fails/:after")
        .handler(
            request ->
                answer.whole(
                    request,
                    ListFormat.TEXT,
                    Listing.all(
                        failing(Integer.parseInt(request.pathParam("after"))),
                        row -> row,
                        (row, sink) -> sink.write(row(row)))));
  }

  private ListAnswer answer(RoutingContext request) {
    return request.request().getParam("row-by-row") == null ? answer : rowByRow;
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.close();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The numbers below the end that can be divided by another one. */
  private Listing<Integer, Integer> numbers(int end, int every) {
    return new Listing<>(
        (after, visitor) -> {
          scans.incrementAndGet();
          for (int i = after.map(last -> last + 1).orElse(0); i < end && visitor.visit(i); ) {
            i++;
          }
        },
        row -> row,
        row -> row % every == 0,
        (row, sink) -> sink.write(Integer.toString(row).getBytes(US_ASCII)));
  }

  /** Rows that are 1 KB each with their separator. */
  private Listing<Integer, Integer> wide(String rows) {
    int end = Integer.parseInt(rows);
    return Listing.all(
        (after, visitor) -> {
          for (int i = after.map(last -> last + 1).orElse(0); i < end; i++) {
            visited.incrementAndGet();
            if (!visitor.visit(i)) {
              return;
            }
          }
          exhausted.countDown();
        },
        row -> row,
        (row, sink) -> sink.write(row(row)));
  }

  private static byte[] row(int number) {
    return ("\"%0" + (ROW_BYTES - 2) + "d\"").formatted(number).getBytes(US_ASCII);
  }

  private static Listing.Source<Integer, Integer> failing(int end) {
    return (after, visitor) -> {
      for (int i = after.map(last -> last + 1).orElse(0); ; i++) {
        if (i == end) {
          throw new ViewUnavailableException("closed");
        }
        if (!visitor.visit(i)) {
          return;
        }
      }
    };
  }

  private static String json(IntStream numbers) {
    return numbers.mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  // ---- whole listings --------------------------------------------------------------------------

  @Test
  void thoseThatTakeTurnsHaveRowsOfTheirOwn() {
    for (int turn = 0; turn < 100; turn++) {
      CompletableFuture<Answer> even = server.send("GET", "/whole/40?row-by-row=1&every=2");
      CompletableFuture<Answer> page = server.send("GET", "/page/40?row-by-row=1&limit=5&every=3");
      assertThat(even.join().body())
          .isEqualTo(
              IntStream.range(0, 20)
                  .mapToObj(number -> Integer.toString(2 * number))
                  .collect(Collectors.joining(", ", "[", "]")));
      assertThat(page.join().body()).isEqualTo("[0, 3, 6, 9, 12]");
    }
  }

  @Test
  void answersWithAllRows() {
    assertThat(server.get("/whole/0")).isEqualTo(Answer.whole("[]"));
    assertThat(server.get("/whole/3")).isEqualTo(Answer.whole("[0, 1, 2]"));
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void answersWithLargeListingsInPieces() {
    assertThat(server.get("/whole/100000"))
        .isEqualTo(Answer.whole(json(IntStream.range(0, 100_000))));
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void aSlowReaderMakesTheServerReadNoFurtherThanTheNetworkTakes()
      throws IOException, InterruptedException {
    int rows = 64 << 10; // 64 MB
    long network = 16 << 20; // what the buffers of both sides take at most, and some chunks
    try (Socket client = request("/wide/" + rows)) {
      InputStream in = client.getInputStream();
      assertThat(in.read()).isEqualTo('H');

      assertThat(exhausted.await(1, TimeUnit.SECONDS)).as("read to the end").isFalse();
      assertThat(visited.get() * 1024L).isLessThan(network);

      byte[] bytes = new byte[1 << 20];
      long read = 1;
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        read += n;
        assertThat(visited.get() * 1024L).isLessThan(read + network);
      }
      assertThat(read).isGreaterThan(rows * 1024L);
      assertThat(visited.get()).isEqualTo(rows);
    }
  }

  /** A client that has asked, and reads nothing unless the test does. */
  private Socket request(String path) throws IOException {
    return request(path, server.port());
  }

  private static Socket request(String path, int port) throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(16 << 10);
    client.setSoTimeout(30_000);
    client.connect(new InetSocketAddress("127.0.0.1", port));
    client
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .getBytes(US_ASCII));
    return client;
  }

  @Test
  void aListingEndsWhenItsClientHasGoneInItsMiddle() throws IOException {
    try (Socket client = request("/wide/" + (64 << 10))) {
      assertThat(client.getInputStream().read()).isEqualTo('H');
      assertThat(threads.underWay()).isEqualTo(1);
    }

    await().untilAsserted(() -> assertThat(threads.underWay()).isZero());
    assertThat(exhausted.getCount()).as("not read to the end").isEqualTo(1);
  }

  @Test
  void whoLooksForLongLetsOthersHaveTheirTurns() throws IOException, InterruptedException {
    Vertx other = Vertx.vertx();
    ReadThreads one =
        new ReadThreads(other, "scans", 1, MAX_SCANS, Duration.ofMinutes(1), new EndedReads());
    ListAnswer listAnswer = new ListAnswer(one);
    Listing<Integer, Integer> endless =
        new Listing<>(
            (after, visitor) -> {
              began.countDown();
              while (goOn.getCount() > 0 && visitor.visit(0)) {}
            },
            row -> row,
            row -> false,
            (row, sink) -> {});
    try (QueryServer narrow =
            new QueryServer(
                other,
                router -> {
                  router
                      .get("/endless")
                      .handler(request -> listAnswer.whole(request, ListFormat.TEXT, endless));
                  router
                      .get("/short")
                      .handler(
                          request -> listAnswer.whole(request, ListFormat.TEXT, numbers(1, 1)));
                });
        Socket client = request("/endless", narrow.port())) {
      assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(narrow.get("/short")).isEqualTo(Answer.whole("[0]"));

      goOn.countDown();
      assertThat(client.getInputStream().read()).isEqualTo('H');
    }
  }

  @Test
  void anAnswerIsTheSameHoweverOftenOthersHaveTheirTurn() {
    for (int rows : new int[] {0, 1, 2, 7, 300}) {
      for (String every : List.of("1", "3", "50")) {
        String path = "/%s/" + rows + "?every=" + every;
        assertSameRowByRow(path.formatted("whole"));
        for (String limit : List.of("0", "1", "2", "6", "100")) {
          assertSameRowByRow(path.formatted("page") + "&limit=" + limit);
          assertSameRowByRow(path.formatted("page") + "&after=5&limit=" + limit);
        }
      }
    }
  }

  private void assertSameRowByRow(String path) {
    assertThat(server.get(path + "&row-by-row=yes")).as(path).isEqualTo(server.get(path));
  }

  @Test
  void aListingThatItsClientDoesNotTakeIsCutOffAtTheDeadline() throws IOException {
    Vertx other = Vertx.vertx();
    EndedReads ended = new EndedReads();
    ReadThreads impatient =
        new ReadThreads(other, "scans", 2, MAX_SCANS, Duration.ofMillis(300), ended);
    ListAnswer listAnswer = new ListAnswer(impatient);
    try (QueryServer quick =
            new QueryServer(
                other,
                router ->
                    router
                        .get("/wide")
                        .handler(
                            request ->
                                listAnswer.whole(
                                    request, ListFormat.TEXT, wide(Integer.toString(64 << 10)))));
        Socket client = request("/wide", quick.port())) {
      assertThat(client.getInputStream().read()).isEqualTo('H');

      await().untilAsserted(() -> assertThat(ended.late().sum()).isEqualTo(1));
      await().untilAsserted(() -> assertThat(impatient.underWay()).isZero());
      String rest = new String(client.getInputStream().readAllBytes(), US_ASCII);
      assertThat(rest).as("no last chunk").doesNotEndWith("\r\n0\r\n\r\n");
    }
    assertThat(exhausted.getCount()).as("not read to the end").isEqualTo(1);
  }

  @Test
  void aListingThatIsBeingReadIsUnderWayEvenWhenItsClientHasGone()
      throws IOException, InterruptedException {
    try (Socket first = request("/waits");
        Socket second = request("/waits")) {
      assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(server.get("/whole/1").status()).isEqualTo(503);

    goOn.countDown();

    await().untilAsserted(() -> assertThat(threads.underWay()).isZero());
    assertThat(server.get("/whole/1")).isEqualTo(Answer.whole("[0]"));
  }

  @Test
  void aHeadIsReadNoFurtherThanItsFirstChunk() {
    assertThat(server.send("HEAD", "/wide/1000").join()).isEqualTo(Answer.whole(""));

    assertThat(visited.get()).isLessThan(1000);
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void aListingThatCannotBeReadIsAFailure() {
    assertThat(server.get("/fails/10")).isEqualTo(Answer.failure(503, "closed"));
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void aListingThatIsCutOffInItsMiddleIsACutOffAnswer() {
    CompletableFuture<Answer> cutOff = server.send("GET", "/fails/5000");

    assertThat(cutOff.handle((answered, failure) -> failure != null).join()).isTrue();
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void aListingThatIsCutOffInItsMiddleClosesAnHttp1Connection() throws IOException {
    try (Socket client = request("/fails/5000")) {
      String answered = new String(client.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answered).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(answered).as("no last chunk").doesNotEndWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void aListingThatIsCutOffLeavesTheOthersOfAnHttp2ConnectionAlone() {
    assertThat(server.get("/whole/0")).as("now they speak HTTP/2").isEqualTo(Answer.whole("[]"));
    CompletableFuture<Answer> other = server.send("GET", "/waits");
    await().until(() -> threads.underWay() == 1);

    CompletableFuture<Answer> cutOff = server.send("GET", "/fails/5000");
    assertThat(cutOff.handle((answered, failure) -> failure != null).join()).isTrue();
    goOn.countDown();

    assertThat(other.join()).isEqualTo(Answer.whole("[]"));
  }

  @Test
  void refusesMoreListingsThanMayBeUnderWay() throws InterruptedException {
    CompletableFuture<Answer> first = server.send("GET", "/waits");
    CompletableFuture<Answer> second = server.send("GET", "/waits");
    assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.underWay()).isEqualTo(2);

    assertThat(server.get("/whole/1"))
        .isEqualTo(Answer.failure(503, "too many listings are being read, try again"));

    goOn.countDown();
    assertThat(first.join()).isEqualTo(Answer.whole("[]"));
    assertThat(second.join()).isEqualTo(Answer.whole("[]"));
    assertThat(threads.underWay()).isZero();
    assertThat(server.get("/whole/1")).isEqualTo(Answer.whole("[0]"));
  }

  // ---- pages -----------------------------------------------------------------------------------

  @Test
  void aPageHasACursorOnlyWhenThereIsMore() {
    assertThat(server.get("/page/4?limit=2")).isEqualTo(Answer.page(2, "after-1", "[0, 1]"));
    assertThat(server.get("/page/4?limit=2&after=1")).isEqualTo(Answer.page(2, "", "[2, 3]"));
    assertThat(server.get("/page/4?limit=4")).isEqualTo(Answer.page(4, "", "[0, 1, 2, 3]"));
    assertThat(server.get("/page/4?limit=5")).isEqualTo(Answer.page(5, "", "[0, 1, 2, 3]"));
    assertThat(server.get("/page/4?limit=1&after=3")).isEqualTo(Answer.page(1, "", "[]"));
    assertThat(server.get("/page/0?limit=1")).isEqualTo(Answer.page(1, "", "[]"));
  }

  @Test
  void aPageOfNoRowsIsEmptyAndLeadsNowhere() {
    assertThat(server.get("/page/4?limit=0")).isEqualTo(Answer.page(0, "", "[]"));
  }

  @Test
  void whatFollowsButIsNotShownIsNotMore() {
    assertThat(server.get("/page/6?limit=2&every=3")).isEqualTo(Answer.page(2, "", "[0, 3]"));
    assertThat(server.get("/page/7?limit=2&every=3"))
        .isEqualTo(Answer.page(2, "after-3", "[0, 3]"));
    assertThat(server.get("/page/20000?limit=2&every=9999"))
        .isEqualTo(Answer.page(2, "after-9999", "[0, 9999]"));
  }

  @Test
  void aPageThatIsWrittenInPiecesHasItsCursorToo() {
    assertThat(server.get("/page/50001?limit=50000"))
        .isEqualTo(Answer.page(50_000, "after-49999", json(IntStream.range(0, 50_000))));
    assertThat(server.get("/page/50000?limit=50000"))
        .isEqualTo(Answer.page(50_000, "", json(IntStream.range(0, 50_000))));
    assertThat(server.get("/page/100001?limit=50000&every=2"))
        .isEqualTo(
            Answer.page(
                50_000, "after-99998", json(IntStream.range(0, 50_000).map(row -> 2 * row))));
    assertThat(server.get("/page/49000?limit=50000"))
        .isEqualTo(Answer.page(50_000, "", json(IntStream.range(0, 49_000))));
  }

  @Test
  void aPageAndWhetherThereIsMoreAreReadInOneScan() {
    server.get("/page/4?limit=2");
    assertThat(scans.getAndSet(0)).isEqualTo(1);
    server.get("/page/2?limit=2");
    assertThat(scans.getAndSet(0)).isEqualTo(1);
    server.get("/page/4?limit=0");
    assertThat(scans.get()).isZero();
  }
}
