package io.flowledger.query;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.http.Requests;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.query.fixture.EndlessViews;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every read that goes through rows, while it never comes to an end: it is answered by the
 * deadline, it ends when its client has gone, and it keeps nothing else waiting. The routes are
 * those that are mounted, so none is left out.
 */
@Timeout(120)
final class WaitingForReadsTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String LATE = "there is no answer after 100 ms, ask for less or try again";

  /** How long whoever has passed a request on waits for it; empty where nobody has. */
  private Optional<Duration> waits = Optional.empty();

  private final List<Socket> clients = new ArrayList<>();
  private World world;

  @SuppressWarnings("NullAway.Init") // each test begins with serve
  private QueryRoutes routes;

  @SuppressWarnings("NullAway.Init") // each test begins with serve
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.step("F", 1, "start", 30);
    world.task("F", 1, "start", 7, 40);
    world.artifacts("F", 1, "start", 7, 0, 50, "name");
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    server.close();
    world.close();
  }

  private void serve(Duration deadline, Predicate<String> endless) {
    Vertx vertx = Vertx.vertx();
    ReadModel views = EndlessViews.of(world.views(), endless);
    QueryConfig config = QueryConfig.defaults().withRequestDeadline(deadline);
    routes = new QueryRoutes(vertx, views, config, Clock.systemUTC());
    server =
        new QueryServer(
            vertx,
            router -> {
              router
                  .route()
                  .handler(
                      request -> {
                        waits.ifPresent(
                            time ->
                                Requests.putDeadline(request, System.nanoTime() + time.toNanos()));
                        request.next();
                      });
              routes.mount(router);
            });
  }

  /** All mounted paths, with objects that are there in their places. */
  private List<String> paths() {
    Router router = Router.router(Vertx.vertx());
    routes.mount(router);
    return router.getRoutes().stream()
        .map(Route::getPath)
        .map(Objects::requireNonNull)
        .map(
            path ->
                path.replace(":flow", "F")
                    .replace(":run", "1")
                    .replace(":step", "start")
                    .replace(":task", "7")
                    .replace(":name", "name")
                    .replace(":attempt", "0"))
        .distinct()
        .toList();
  }

  /** Those and their variants which read through rows. */
  private List<String> readsThroughRows() {
    Set<String> all = new LinkedHashSet<>();
    for (String path : paths()) {
      if (path.equals("/search")) {
        Stream.of("eq", "sw", "co", "li", "re")
            .flatMap(op -> Stream.of("field=f&value=x&op=" + op, "tag=x&op=" + op))
            .forEach(query -> all.add("/search?" + query));
      } else if (!READS_OF_ONE_ROW.contains(path)) {
        Stream.of("", "?_limit=5", "?user_name=x").forEach(query -> all.add(path + query));
      }
      if (path.startsWith("/flows/F/") && !path.endsWith("/diff")) {
        all.add(path + "?as_of=0@4");
      }
    }
    all.add("/flows/F/runs?_tags:likeany=a,b");
    all.add("/flows/F/runs/1/steps/start/filtered_tasks?pattern=(.*a)%7B9%7D");
    all.add("/flows/F/runs/1/diff?run=1");
    all.add("/flows/F/runs/1/events?type=RunRegistered");
    all.add("/events?flow=F");
    return List.copyOf(all);
  }

  private static final Set<String> READS_OF_ONE_ROW =
      Set.of(
          "/flows/F",
          "/flows/F/runs/1",
          "/flows/F/runs/1/steps/start",
          "/flows/F/runs/1/steps/start/tasks/7",
          "/flows/F/runs/1/steps/start/tasks/7/artifacts/name",
          "/flows/F/runs/1/steps/start/tasks/7/artifacts/name/attempt/0",
          "/audit/head");

  @Test
  void everyReadIsAnsweredByItsDeadline() {
    serve(Duration.ofMillis(100), method -> true);
    Map<String, CompletableFuture<Answer>> answers = new LinkedHashMap<>();
    readsThroughRows().forEach(path -> answers.put(path, server.send("GET", path)));
    answers.forEach(
        (path, answer) -> assertThat(answer.join()).as(path).isEqualTo(Answer.failure(503, LATE)));
    await().untilAsserted(() -> assertThat(routes.scansUnderWay()).isZero());
    assertThat(routes.endedReads().late().sum()).isEqualTo(readsThroughRows().size());
  }

  @Test
  void whatWasPassedOnEndsWhenThatIsNotWaitedForAnyMore() {
    waits = Optional.of(Duration.ofMillis(100));
    serve(LONG, method -> true);
    assertThat(server.send("GET", "/flows").join().status()).isEqualTo(503);
    await().untilAsserted(() -> assertThat(routes.scansUnderWay()).isZero());
  }

  @Test
  void everyReadEndsWhenItsClientHasGone() throws IOException {
    serve(LONG, method -> true);
    for (String path : readsThroughRows()) {
      try (Socket client = request(path)) {
        await(path)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> routes.scansUnderWay() == 1);
      }
      await(path)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> routes.scansUnderWay() == 0);
    }
    assertThat(routes.endedReads().gone().sum()).isEqualTo(readsThroughRows().size());
  }

  @Test
  void listingsDoNotWaitBehindSearches() throws IOException {
    serve(LONG, method -> method.equals("indexedValues") || method.equals("stepMetadata"));
    for (int i = 0; i < 16; i++) {
      request("/search?field=f&op=re&value=(.*a){100}c");
      request("/flows/F/runs/1/steps/start/filtered_tasks?pattern=(.*a){100}c");
    }
    await().until(() -> routes.scansUnderWay() == 32);

    for (String path : List.of("/flows/F/runs?_limit=5", "/flows", "/flows/F/runs/1/steps")) {
      assertThat(server.get(path).status()).as(path).isEqualTo(200);
    }

    for (Socket client : clients) {
      client.close();
    }
    await().untilAsserted(() -> assertThat(routes.scansUnderWay()).isZero());
  }

  /** Searches that work: a thousand values of 5 KB, and a pattern that is as bad as may be. */
  @Test
  void searchesThatTheirClientsHaveLeftEnd() throws IOException {
    String value = "a".repeat(5000);
    IntStream.range(0, 1000)
        .forEach(i -> world.metadata("F", 1, "start", 7, "note", i + value, 60 + i));
    serve(LONG, method -> false);
    for (int i = 0; i < 64; i++) {
      request("/search?field=note&op=re&value=(.*a)%7B100%7Dc").close();
    }
    assertThat(server.get("/flows/F/runs?_limit=5").status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(routes.scansUnderWay()).isZero());
  }

  @Test
  void noClientHasAllPlaces() throws IOException {
    serve(LONG, method -> method.equals("runs"));
    int places = QueryConfig.defaults().maxScans() * 3 / 4;
    for (int i = 0; i < places; i++) {
      request("/flows/F/runs");
    }
    await().until(() -> routes.scansUnderWay() == places);
    assertThat(server.get("/flows/F/runs"))
        .isEqualTo(Answer.failure(503, "too many listings are being read, try again"));

    try (Socket other = request("/flows/F/runs", InetAddress.getByName("127.0.0.2"))) {
      await().until(() -> routes.scansUnderWay() == places + 1);
    }
    for (Socket client : clients) {
      client.close();
    }
    await().untilAsserted(() -> assertThat(routes.scansUnderWay()).isZero());
  }

  private Socket request(String path) throws IOException {
    return request(path, InetAddress.getByName("127.0.0.1"));
  }

  /** A client that has asked, and does nothing else. */
  private Socket request(String path, InetAddress from) throws IOException {
    Socket client = new Socket(InetAddress.getByName("127.0.0.1"), server.port(), from, 0);
    clients.add(client);
    client
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(US_ASCII));
    return client;
  }
}
