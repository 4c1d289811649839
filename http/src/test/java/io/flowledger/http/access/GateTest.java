package io.flowledger.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Caller;
import io.flowledger.http.Operators;
import io.flowledger.http.Routes;
import io.flowledger.http.fixture.HttpFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

  private static final Map<String, Credential> KEYS =
      Map.of(
          "r", new Credential("rita", Role.READER),
          "w", new Credential("wim", Role.WRITER),
          "a", new Credential("ada", Role.ADMIN));

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
        router.route("/*").handler(request -> request.end("by " + Caller.of(request).credential()));
      };

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final HttpFixture server =
      new HttpFixture(
          Vertx.vertx(),
          new Gate(
              secret -> Optional.ofNullable(KEYS.get(secret)),
              "/ping"::equals,
              "/ask"::equals,
              metrics),
          ENDPOINTS);

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
    assertThat(send("GET", "/flows", "Authorization", "Basic dzp3").statusCode()).isEqualTo(401);
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
