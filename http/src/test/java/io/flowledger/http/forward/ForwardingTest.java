package io.flowledger.http.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Caller;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Access;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.fixture.HttpFixture.Answer;
import io.flowledger.http.fixture.RawConnection;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final long SLOW_MS = 1000;
  private static final int MANY_TAILS = 520;
  private static final int LONG = 3 << 20;

  private final FakeOwners here = new FakeOwners();
  private final FakeOwners there = new FakeOwners();
  private final ClusterSecret secret = new ClusterSecret(Optional.of("sesame-sesame-sesame"));
  private final UnderWay underWay = new UnderWay();
  private final FakeNeighbours neighbours = new FakeNeighbours();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private NodeClient client;
  private HttpFixture node;
  private HttpFixture own; // its internal port
  private HttpFixture other;

  @BeforeEach
  void start() {
    other =
        new HttpFixture(
            Vertx.vertx(),
            new InternalCalls(secret, there, new UnderWay()),
            new Endpoints("other", there)::mount);
    own =
        new HttpFixture(
            Vertx.vertx(),
            new InternalCalls(secret, here, new UnderWay()),
            new Endpoints("own", here)::mount);
    client = new NodeClient(vertx, secret);
    Routes forwarding =
        new Forwarding(
            vertx,
            here,
            new Owner.Remote("127.0.0.1", own.port()),
            client,
            new ForwardMetrics(metrics),
            PATIENCE,
            neighbours,
            underWay);
    node = new HttpFixture(vertx, forwarding, new Keys(), new Endpoints("node", here)::mount);
    here.owns(0, new Owner.Local());
    here.owns(1, FakeOwners.at(other.port()));
    there.owns(1, new Owner.Local());
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
    own.close();
    other.close();
  }

  private record Endpoints(String name, FakeOwners owners) {
    void mount(Router router) {
      router
          .get("/flows/:flow/left")
          .handler(
              request ->
                  request.end(
                      Long.toString(
                          TimeUnit.NANOSECONDS.toMillis(
                              Requests.deadline(request).orElseThrow() - System.nanoTime()))));
      router.route("/flows/:flow/view").handler(this::ofView);
      router.post("/flows/:flow/touched").handler(this::touched);
      router
          .get("/flows/:flow/none")
          .handler(request -> request.response().setStatusCode(204).end());
      router
          .get("/flows/:flow/tail")
          .handler(request -> request.response().setChunked(true).write("begun"));
      router.get("/flows/:flow/long").handler(Endpoints::longAnswer);
      router
          .route("/flows/:flow/never")
          .handler(
              request -> {
                if (name.equals("node")) {
                  tell(request);
                }
              });
      router
          .post("/flows/:flow/slow")
          .handler(request -> request.vertx().setTimer(SLOW_MS, later -> tell(request)));
      router.post("/flows/:flow/cut").handler(request -> request.request().connection().close());
      router.get("/flows/:flow/broken").handler(Endpoints::broken);
      router.route("/flows/:flow/short").handler(this::brokenShort);
      router.get("/ping").handler(request -> request.end("pong"));
      router.route("/flows/:flow").handler(this::tell);
      router.route("/flows/:flow/*").handler(this::tell);
      router.get("/search").handler(this::tell);
    }

    private void tell(RoutingContext request) {
      request
          .response()
          .setStatusCode(201)
          .putHeader("Content-Type", "text/plain")
          .putHeader("Flowledger-Position", "1@7")
          .putHeader("X-Of", name)
          .end(
              "%s %s %s from %s: %s"
                  .formatted(
                      name,
                      request.request().method(),
                      request.request().uri(),
                      Caller.of(request).address()
                          + credential(request)
                          + AskedPartitions.of(request).map(of -> " of " + of).orElse(""),
                      new String(Requests.body(request), StandardCharsets.UTF_8)));
    }

    private static String credential(RoutingContext request) {
      String name = Caller.of(request).credential();
      Optional<String> grants = Access.of(request).grants();
      return (name == null ? "" : " as " + name) + grants.map(all -> " (" + all + ")").orElse("");
    }

    /** Finds its view gone when it comes to it. */
    private void ofView(RoutingContext request) {
      byte[] body = Requests.body(request);
      Requests.putBody(request, body);
      if (owners.owner(owners.partitionOf(request.pathParam("flow"))) instanceof Owner.Nobody) {
        Requests.failedUntouched(request, body);
        request.response().putHeader("Flowledger-Position", "1@1");
        throw new ViewUnavailableException("it is not here");
      }
      tell(request);
    }

    private void touched(RoutingContext request) {
      owners.owns(owners.partitionOf(request.pathParam("flow")), new Owner.Nobody());
      request.fail(new ViewUnavailableException("it may be in the log"));
    }

    private static void longAnswer(RoutingContext request) {
      request.response().setChunked(true);
      for (int sent = 0; sent < LONG; sent += 1 << 16) {
        request.response().write(Buffer.buffer(new byte[1 << 16]));
      }
      request.response().end();
    }

    private void brokenShort(RoutingContext request) {
      if (name.equals("node")) {
        tell(request);
      } else {
        request.response().putHeader("Content-Length", "100");
        broken(request);
      }
    }

    private static void broken(RoutingContext request) {
      HttpServerResponse response = request.response();
      response.setChunked(!response.headers().contains("Content-Length")).write("begun");
      request.vertx().setTimer(50, later -> request.request().connection().close());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "any, 5, 5, '', node",
    "ANY, 5, 5, '', node",
    "any, 4, 5, '', other",
    "any, 5, 4, '', other",
    "any, 5, 5, 1@2, other",
    "eventual, 1, 0, '', node",
    "eventual, 5, 5, 1@2, other",
    "owner, 5, 5, '', other",
  })
  void aCopyAnswersWhatItMay(
      String wanted, int events, int heartbeats, String position, String whom) {
    here.keeps(1, events, heartbeats);
    List<String> headers = new ArrayList<>(List.of("Flowledger-Consistency", wanted));
    if (!position.isEmpty()) {
      headers.addAll(List.of("Flowledger-Min-Position", position));
    }
    HttpResponse<String> answer = node.get("/flows/F1", headers.toArray(String[]::new));
    assertThat(answer.body()).startsWith(whom + " GET /flows/F1 ");
    assertThat(node.post("/flows/F1", "", "Flowledger-Consistency", wanted).body())
        .startsWith("other POST ");
  }

  @Test
  void whatIsHereIsAnsweredHere() {
    HttpResponse<String> answer = node.post("/flows/F0/run?a=b", "{}");
    assertThat(answer.body()).isEqualTo("node POST /flows/F0/run?a=b from 127.0.0.1: {}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PATCH", "HEAD"})
  void whatIsElsewhereComesBackAsItIs(String method) {
    boolean hasBody = method.startsWith("P");
    HttpResponse<String> answer =
        node.send(
                method,
                "/flows/F1/x%2Fy?q=%C3%BC",
                hasBody ? BodyPublishers.ofString("{\"ü\": 1}") : BodyPublishers.noBody())
            .join();
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(HttpFixture.header(answer, "Flowledger-Position")).isEqualTo("1@7");
    assertThat(HttpFixture.header(answer, "X-Of")).isEqualTo("other");
    assertThat(answer.body())
        .isEqualTo(
            method.equals("HEAD")
                ? ""
                : "other %s /flows/F1/x%%2Fy?q=%%C3%%BC from 127.0.0.1: %s"
                    .formatted(method, hasBody ? "{\"ü\": 1}" : ""));
  }

  @Test
  void answersWithoutBodyAndLongOnesPass() {
    assertThat(node.get("/flows/F1/none").statusCode()).isEqualTo(204);
    assertThat(node.get("/flows/F1/long").body()).hasSize(LONG);
  }

  @Test
  void aFlowMayBeNamedByAParameter() {
    assertThat(node.get("/search?flow=F1").body()).startsWith("other GET /search?flow=F1");
    assertThat(node.get("/search?flow=F0").body()).startsWith("node");
    assertThat(node.get("/search?tag=F1").body()).startsWith("node");
  }

  @Test
  void aRequestWaitsForAnOwner() {
    CompletableFuture<HttpResponse<String>> here2 = send("GET", "/flows/F2");
    CompletableFuture<HttpResponse<String>> there3 = send("POST", "/flows/F3/run");
    vertx.setTimer(
        100,
        later -> {
          here.owns(2, new Owner.Local());
          there.owns(3, new Owner.Local());
          here.owns(3, FakeOwners.at(other.port()));
        });
    assertThat(here2.join().body()).startsWith("node GET");
    assertThat(there3.join().body()).isEqualTo("other POST /flows/F3/run from 127.0.0.1: body");
  }

  private CompletableFuture<HttpResponse<String>> send(String method, String path) {
    return node.send(
        method,
        path,
        method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("body"));
  }

  @Test
  void butNotForEver() {
    HttpResponse<String> answer = node.get("/flows/F4");
    assertThat(Answer.of(answer))
        .isEqualTo(Answer.failure(503, "no node answers for partition 4 now, try again"));
    assertThat(HttpFixture.header(answer, "Retry-After")).isEqualTo("1");
  }

  @Test
  void tailsKeepNothingElseFromTheOtherNode() {
    HttpClient tails =
        vertx.createHttpClient(
            new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(MANY_TAILS));
    List<Future<String>> begun =
        IntStream.range(0, MANY_TAILS)
            .mapToObj(
                tail ->
                    tails
                        .request(HttpMethod.GET, node.port(), "127.0.0.1", "/flows/F1/tail")
                        .map(request -> request.putHeader("Accept", "text/event-stream"))
                        .compose(HttpClientRequest::send)
                        .compose(ForwardingTest::first))
            .toList();
    join(Future.all(begun));
    assertThat(node.get("/flows/F1/x").statusCode()).isEqualTo(201);
    assertThat(node.post("/flows/F1/x", "{}").statusCode()).isEqualTo(201);
    assertThat(join(client.ask(new Owner.Remote("127.0.0.1", other.port()), "/ping", 2000)))
        .isEqualTo("pong");
    join(tails.close());
  }

  private static Future<String> first(HttpClientResponse answer) {
    Promise<String> begun = Promise.promise();
    answer.handler(piece -> begun.tryComplete(piece.toString()));
    return begun.future();
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void whoDoesNotAnswerForItHasDoneNothingSoItIsPutToAnother() {
    here.owns(5, FakeOwners.at(other.port()));
    CompletableFuture<HttpResponse<String>> answer = send("POST", "/flows/F5/run");
    vertx.setTimer(150, later -> here.owns(5, new Owner.Local()));
    assertThat(answer.join().body()).isEqualTo("node POST /flows/F5/run from 127.0.0.1: body");
    assertThat(neighbours.doubts).hasPositiveValue();
  }

  /** All of a cluster may be without a lease, and thousands may wait for it with long bodies. */
  @Test
  void whatIsNotTakenIsPutLessAndLessOften() {
    here.owns(5, FakeOwners.at(other.port()));
    assertThat(Answer.of(node.post("/flows/F5/run", "body")))
        .isEqualTo(Answer.failure(503, "no node answers for partition 5 now, try again"));
    assertThat(metrics.get("flowledger.forwarded").counter().count()).isBetween(5.0, 20.0);
  }

  @Test
  void thoseThatWaitForTheSameAskOnce() {
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, 100).mapToObj(number -> send("GET", "/flows/F2")).toList();
    waiting.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
    assertThat(here.asked(2)).isLessThan((int) (100 + 3 * PATIENCE.toMillis() / 40));
    assertThat(neighbours.doubts.get()).isLessThan((int) (3 * PATIENCE.toMillis() / 40));
  }

  @Test
  void whatWaitsIsUnderWayButNoTail() {
    CompletableFuture<HttpResponse<String>> tail =
        node.send("GET", "/flows/F1/tail", BodyPublishers.noBody(), "Accept", "text/event-stream");
    CompletableFuture<HttpResponse<String>> waiting = send("POST", "/flows/F2");
    Awaitility.await().until(() -> here.asked(1) > 0 && here.asked(2) > 0);
    IntSupplier came = underWay.cameByNow();
    CompletableFuture<HttpResponse<String>> later = send("POST", "/flows/F3");
    Awaitility.await().until(() -> here.asked(3) > 0);
    assertThat(came.getAsInt()).isEqualTo(1);
    here.owns(2, new Owner.Local());
    waiting.join();
    Awaitility.await().until(() -> came.getAsInt() == 0);
    assertThat(tail).isNotDone();
    assertThat(later).isNotDone();
  }

  @Test
  void clientsAreNotToldThatNodesHaveAnotherSecret() {
    HttpFixture stranger =
        new HttpFixture(
            Vertx.vertx(),
            new InternalCalls(new ClusterSecret(Optional.of("another")), there, new UnderWay()),
            new Endpoints("stranger", there)::mount);
    there.owns(8, new Owner.Local());
    here.owns(8, FakeOwners.at(stranger.port()));
    assertThat(Answer.of(node.get("/flows/F8")))
        .isEqualTo(Answer.failure(503, "no node answers for partition 8 now, try again"));
    stranger.close();
  }

  @Test
  void whoIsNotThereHasDoneNothingEither() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    here.owns(6, FakeOwners.at(nobody));
    CompletableFuture<HttpResponse<String>> answer = send("POST", "/flows/F6/run");
    vertx.setTimer(150, later -> here.owns(6, new Owner.Local()));
    assertThat(answer.join().body()).startsWith("node POST");
  }

  @Test
  void whatMayHaveBeenCarriedOutIsNotPutToAnother() {
    Answer answer = Answer.of(node.post("/flows/F1/cut", "{}"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("it is not known whether it has carried this out");
  }

  @Test
  void unlessThatDoesNoHarm() {
    CompletableFuture<HttpResponse<String>> read = send("GET", "/flows/F1/never");
    CompletableFuture<HttpResponse<String>> keyed =
        node.send("POST", "/flows/F1/never", BodyPublishers.ofString("{}"), "Idempotency-Key", "k");
    vertx.setTimer(100, later -> here.owns(1, new Owner.Local()));
    assertThat(read.join().body()).startsWith("node GET");
    assertThat(keyed.join().body()).isEqualTo("node POST /flows/F1/never from 127.0.0.1: {}");
  }

  /** The partition moves in order: the node that has been told to write waits for the new owner. */
  @Test
  void aWriteIsAnsweredByTheNodeThatHasItThoughThePartitionMoves() {
    CompletableFuture<HttpResponse<String>> write = send("POST", "/flows/F1/slow");
    vertx.setTimer(100, later -> here.owns(1, new Owner.Local()));
    assertThat(write.join().body()).startsWith("other POST /flows/F1/slow");
  }

  /** It is stopped, say: then nobody knows. */
  @Test
  void unlessThatIsSilent() {
    CompletableFuture<HttpResponse<String>> write = send("POST", "/flows/F1/never");
    vertx.setTimer(100, later -> here.owns(1, new Owner.Local()));
    vertx.setTimer(500, later -> neighbours.silent = true);
    assertThat(Answer.of(write.join()).body()).contains("it is not known");
  }

  /** Its machine has no power any more, say: no connection is closed, and nothing more comes. */
  @Test
  void soDoesOneWhoseNodeFallsSilent() {
    CompletableFuture<HttpResponse<String>> answer = send("GET", "/flows/F1/tail");
    vertx.setTimer(200, later -> neighbours.silent = true);
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withRootCauseInstanceOf(IOException.class);
  }

  @Test
  void theOtherNodeKnowsHowLongItIsWaitedFor() {
    here.owns(2, new Owner.Nobody());
    CompletableFuture<HttpResponse<String>> answer =
        node.send(
            "GET", "/flows/F2/left", BodyPublishers.noBody(), InternalCalls.DEADLINE, "1000000");
    vertx.setTimer(
        500,
        later -> {
          there.owns(2, new Owner.Local());
          here.owns(2, FakeOwners.at(other.port()));
        });
    assertThat(Long.parseLong(answer.join().body())).isBetween(1L, PATIENCE.toMillis() - 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void whatFindsItsViewGoneIsPutToTheNextOwner(String method) {
    here.onceAsked(0, new Owner.Nobody());
    CompletableFuture<HttpResponse<String>> there0 = send(method, "/flows/F0/view");
    vertx.setTimer(
        100,
        later -> {
          there.owns(0, new Owner.Local());
          here.owns(0, FakeOwners.at(other.port()));
        });
    assertThat(there0.join().body())
        .isEqualTo(
            "other %s /flows/F0/view from 127.0.0.1: %s"
                .formatted(method, method.equals("GET") ? "" : "body"));
    assertThat(HttpFixture.header(there0.join(), "Flowledger-Position")).isEqualTo("1@7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void alsoWhereThatIsThisNodeAgain(String method) {
    here.onceAsked(0, new Owner.Nobody());
    CompletableFuture<HttpResponse<String>> here0 = send(method, "/flows/F0/view");
    vertx.setTimer(100, later -> here.owns(0, new Owner.Local()));
    assertThat(here0.join().body()).startsWith("own " + method + " /flows/F0/view from 127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void alsoWhereItWasTheOther(String method) {
    there.onceAsked(1, new Owner.Nobody());
    CompletableFuture<HttpResponse<String>> here1 = send(method, "/flows/F1/view");
    vertx.setTimer(100, later -> here.owns(1, new Owner.Local()));
    assertThat(here1.join().body()).startsWith("node " + method);
  }

  @Test
  void butNothingThatMayHaveBeenDone() {
    Answer unknown = Answer.failure(503, "it may be in the log");
    assertThat(Answer.of(node.post("/flows/F0/touched", "{}"))).isEqualTo(unknown);
    assertThat(Answer.of(node.post("/flows/F1/touched", "{}"))).isEqualTo(unknown);
  }

  @Test
  void anAnswerThatBreaksOffBreaksOffHereToo() {
    assertThat(send("GET", "/flows/F1/broken"))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withRootCauseInstanceOf(IOException.class);
  }

  /** Nothing of it has gone on to the client. */
  @Test
  void butAShortOneIsAskedForAgain() {
    CompletableFuture<HttpResponse<String>> read = send("GET", "/flows/F1/short");
    CompletableFuture<HttpResponse<String>> write = send("POST", "/flows/F1/short");
    vertx.setTimer(20, later -> here.owns(1, new Owner.Local()));
    assertThat(read.join().body()).startsWith("node GET /flows/F1/short");
    assertThat(Answer.of(write.join()).body()).contains("it is not known");
  }

  @Test
  void theInternalPortIsForThoseWhoKnowTheSecret() {
    Answer refused =
        Answer.failure(
            403, "this port is for the other nodes of the cluster, which know its secret");
    assertThat(Answer.of(other.get("/flows/F1"))).isEqualTo(refused);
    assertThat(Answer.of(other.get("/flows/F1", "Authorization", "Bearer guess")))
        .isEqualTo(refused);
    assertThat(other.get("/flows/F1", "Authorization", "Bearer sesame-sesame-sesame").statusCode())
        .isEqualTo(201);
  }

  @Test
  void theSecretIsNotSentBackNorTakenFromClients() {
    HttpResponse<String> answer = node.get("/flows/F1", "Authorization", "Bearer mine");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().map().toString()).doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        AskedPartitions.HEADER,
        InternalCalls.CLIENT,
        InternalCalls.CREDENTIAL,
        InternalCalls.DEADLINE,
        InternalCalls.GRANTS,
        InternalCalls.NOT_OWNER
      })
  void whatOnlyNodesSayIsNotTakenFromClients(String header) {
    for (String value : new String[] {"1", "7", "99", "x"}) {
      assertThat(node.get("/search?flow=F1", header, value).body())
          .isEqualTo("other GET /search?flow=F1 from 127.0.0.1: ");
      assertThat(node.get("/search?flow=F0", header, value).body())
          .isEqualTo("node GET /search?flow=F0 from 127.0.0.1: ");
    }
  }

  /** The key itself stays where it was proven. */
  private static final class Keys implements Routes {
    @Override
    public void mount(Router router) {}

    @Override
    public void admit(RoutingContext request) {
      String key = request.request().getHeader("x-api-key");
      if (key != null) {
        Caller.isCredential(request, "holder of " + key);
        Grants grants = Grants.parse("reader:F*,writer:" + key);
        Access.put(request, new Credential("holder of " + key, grants));
      }
    }
  }

  @Test
  void otherNodesAreToldWhoseCredentialItIs() {
    assertThat(node.get("/search?flow=F1", "x-api-key", "k").body())
        .isEqualTo(
            "other GET /search?flow=F1 from 127.0.0.1 as holder of k (reader:F*,writer:k): ");
  }

  /** As when a node advertises its public port, or that of a load balancer. */
  @Test
  void whatANodeSendsToThePortForClientsIsNotForwardedOnceMore() {
    here.owns(7, FakeOwners.at(node.port()));
    HttpResponse<String> answer = node.get("/flows/F7");
    assertThat(Answer.of(answer))
        .isEqualTo(
            Answer.failure(
                503,
                "this port is for clients, and was called by a node of the cluster: the"
                    + " --advertised-url of each node has to name its internal port"));
  }

  @Test
  void theSecretIsAskedForBeforeABodyIsRead() {
    try (RawConnection stranger = new RawConnection(other.port())) {
      stranger.send(
          "POST /flows/F1/run HTTP/1.1\r\nHost: n\r\nContent-Length: 1000000\r\n"
              + "Expect: 100-continue\r\n\r\n");
      assertThat(stranger.answersToTheEnd())
          .singleElement()
          .satisfies(
              answer -> {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.closes()).isTrue();
              });
    }
  }

  @Test
  void aNodeIsAskedForPartitionsThatItHas() {
    String[] signed = {
      "Authorization", "Bearer sesame-sesame-sesame", AskedPartitions.HEADER, "1,2"
    };
    assertThat(other.get("/search", signed).statusCode()).isEqualTo(503);
    there.owns(2, new Owner.Local());
    assertThat(other.get("/search", signed).statusCode()).isEqualTo(201);
    signed[3] = "1,10";
    assertThat(other.get("/search", signed).statusCode()).isEqualTo(400);
  }
}
