package io.flowledger.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Caller;
import io.flowledger.http.Operators;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.fixture.RawConnection;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

  private static final Map<String, Credential> KEYS =
      new ConcurrentHashMap<>(
          Map.of(
              "r", new Credential("rita", Role.READER),
              "w", new Credential("wim", Role.WRITER),
              "a", new Credential("ada", Role.ADMIN),
              "t", new Credential("tim", Grants.parse("reader:Train*,writer:TrainNet")),
              "n", new Credential("ned", Grants.NONE)));

  private static final Vertx VERTX = Vertx.vertx();
  private static final Operators OPERATORS = new Admins();

  /** Says who asks; {@code /operate} is for operators. */
  private static final Routes ENDPOINTS =
      router -> {
        router
            .route("/operate")
            .handler(
                request -> {
                  OPERATORS.require(request, "it is operated");
                  request.next();
                });
        router
            .route("/length")
            .handler(
                request ->
                    request.end(
                        Requests.body(request).length + " by " + Caller.of(request).credential()));
        router
            .route("/tail")
            .handler(
                request -> {
                  request
                      .response()
                      .setChunked(true)
                      .write("by " + Caller.of(request).credential());
                });
        router.route("/*").handler(request -> request.end("by " + Caller.of(request).credential()));
      };

  private static Future<Optional<Credential>> holder(Secret secret, String address) {
    if (secret instanceof Secret.Password password) {
      return Future.<Optional<Credential>>future(
          later ->
              VERTX.setTimer(
                  1,
                  time -> {
                    if (password.text().equals("busy")) {
                      later.fail(RefusedException.unavailable("too many"));
                    } else {
                      later.complete(Optional.ofNullable(KEYS.get(password.text())));
                    }
                  }));
    }
    return Future.succeededFuture(
        secret instanceof Secret.Bearer key
            ? Optional.ofNullable(KEYS.get(key.text()))
            : Optional.empty());
  }

  /** What takes time is awaited, and the body that has come meanwhile is whole. */
  @Test
  void aSecretThatTakesTimeIsAwaited() {
    String body = "x".repeat(300_000);
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> answer =
          server
              .send(
                  "POST", "/length", BodyPublishers.ofString(body), "Authorization", basic("wim:w"))
              .join();
      assertThat(answer.body()).isEqualTo("300000 by wim");
    }
    assertThat(send("GET", "/flows", "Authorization", basic("wim:wrong")).statusCode())
        .isEqualTo(401);
    assertThat(send("GET", "/flows", "Authorization", basic("wim:busy")).statusCode())
        .isEqualTo(503);
    assertThat(send("GET", "/flows", "Authorization", "Basic %%%").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/flows", "Authorization", basic("no colon")).statusCode())
        .isEqualTo(401);
  }

  /** One that goes on would tell for ever what somebody may not know any more. */
  @ParameterizedTest
  @CsvSource({"gone,", "gone,reader:Other", "stays,reader"})
  void aTailEndsWithItsCredential(String key, @Nullable String then) throws Exception {
    KEYS.put(key, new Credential("gus", Grants.parse("reader")));
    try (RawConnection tail = new RawConnection(server.port())) {
      tail.send(
          "GET /tail HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nx-api-key: "
              + key
              + "\r\n\r\n");
      assertThat(tail.answer().status()).isEqualTo(200);
      if (then == null) {
        KEYS.remove(key);
      } else {
        KEYS.put(key, new Credential("gus", Grants.parse(then)));
      }
      if (key.equals("stays")) {
        assertThat(tail.isOpenFor(Duration.ofSeconds(3))).isTrue();
        assertThat(ended()).isZero();
      } else {
        assertThat(tail.isOpenFor(Duration.ofSeconds(20))).isFalse();
        assertThat(ended()).isOne();
      }
    }
  }

  private double ended() {
    return metrics.get("flowledger.access.refused").tag("reason", "ended").counter().count();
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
  }

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final HttpFixture server =
      new HttpFixture(
          Vertx.vertx(),
          new Gate(Gate.Ways.of(GateTest::holder), "/ping"::equals, "/ask"::equals, metrics),
          ENDPOINTS);

  @AfterAll
  static void stopTimer() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    return server.send(method, path, BodyPublishers.ofString("x".repeat(1000)), headers).join();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /ping, '', 200, by null",
    "GET, /ping, nobody, 200, by null",
    "POST, /ping, '', 401, this needs a key",
    "GET, /flows, '', 401, this needs a key",
    "GET, /flows, nobody, 401, this key is not known here",
    "POST, /flows, '', 401, this needs a key",
    "GET, /no/such/route, '', 401, this needs a key",
    "GET, /ping/../flows, '', 401, this needs a key",
    "GET, /flows, r, 200, by rita",
    "POST, /flows, r, 403, 'rita is a reader, who may not write'",
    "PATCH, /flows, r, 403, 'rita is a reader, who may not write'",
    "DELETE, /flows, r, 403, 'rita is a reader, who may not write'",
    "POST, /ask, r, 200, by rita",
    "POST, /flows, w, 200, by wim",
    "POST, /operate, w, 403, it is operated by credentials of the role admin only",
    "GET, /operate, r, 403, it is operated by credentials of the role admin only",
    "POST, /operate, a, 200, by ada",
    "GET, /flows, t, 200, by tim",
    "GET, /flows/TrainTree/runs/1, t, 200, by tim",
    "POST, /flows/TrainNet/run, t, 200, by tim",
    "POST, /flows/TrainTree/run, t, 403, tim may not write flow TrainTree",
    "GET, /flows/Other, t, 403, tim may not read flow Other",
    "GET, /flows/Other/runs/1/events, t, 403, tim may not read flow Other",
    "GET, /flows/%4Fther, t, 403, tim may not read flow Other",
    "PATCH, /flows/Other/runs/1/tag/mutate, t, 403, tim may not write flow Other",
    "GET, /search?flow=Other&tag=x, t, 403, tim may not read flow Other",
    "GET, /search?flow=TrainNet&tag=x, t, 200, by tim",
    "GET, /events?flow=Other, t, 403, tim may not read flow Other",
    "POST, /operate, t, 403, it is operated by credentials of the role admin only",
    "GET, /flows, n, 403, 'ned is somebody without a role here, who may not read'",
  })
  void whoMayDoWhat(String method, String path, String key, int status, String said) {
    String[] headers = key.isEmpty() ? new String[0] : new String[] {"x-api-key", key};
    HttpResponse<String> answer = send(method, path, headers);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(said);
    assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent())
        .isEqualTo(status == 401);
  }

  @Test
  void aKeyMayComeAsBearerToo() {
    assertThat(send("GET", "/flows", "Authorization", "bearer w").body()).isEqualTo("by wim");
    assertThat(send("GET", "/flows", "Authorization", "Digest w").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/flows", "Authorization", "Bearer w", "x-api-key", "w").statusCode())
        .isEqualTo(200);
  }

  /** One of them may have been put there by somebody else. */
  @Test
  void twoKeysThatDifferAreNone() {
    assertThat(send("GET", "/flows", "x-api-key", "r", "x-api-key", "a").statusCode())
        .isEqualTo(401);
    assertThat(send("GET", "/flows", "Authorization", "Bearer a", "x-api-key", "r").statusCode())
        .isEqualTo(401);
  }

  @Test
  void refusalsAreCounted() {
    send("GET", "/flows");
    send("GET", "/flows", "x-api-key", "nobody");
    send("POST", "/flows", "x-api-key", "r");
    assertThat(
            metrics.get("flowledger.access.refused").tag("reason", "credential").counter().count())
        .isEqualTo(2);
    assertThat(metrics.get("flowledger.access.refused").tag("reason", "role").counter().count())
        .isEqualTo(1);
  }
}
