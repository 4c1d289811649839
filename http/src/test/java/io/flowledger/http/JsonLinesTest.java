package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {

  private static final String LINES = "application/x-ndjson";

  @SuppressWarnings("NullAway.Init")
  private HttpFixture server;

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> told(Consumer<JsonLines> story) {
    Vertx vertx = Vertx.vertx();
    server =
        new HttpFixture(
            vertx,
            router ->
                router
                    .get("/")
                    .handler(
                        request -> {
                          JsonLines lines = new JsonLines(request);
                          vertx.executeBlocking(
                              () -> {
                                story.accept(lines);
                                return true;
                              });
                        }));
    return server.get("/");
  }

  private static HttpFixture.Answer answer(HttpResponse<String> response) {
    return HttpFixture.Answer.of(response);
  }

  @Test
  void linesOfAnotherThreadKeepTheirOrder() {
    HttpResponse<String> response =
        told(
            lines -> {
              lines.tell("1");
              lines.tell("2");
              lines.end("3");
            });
    assertThat(answer(response)).isEqualTo(new HttpFixture.Answer(200, LINES, "1\n2\n3\n"));
    assertThat(HttpFixture.header(response, "content-length")).isEmpty();
  }

  @Test
  void theLengthOfAnOnlyLineIsKnown() {
    HttpResponse<String> response = told(lines -> lines.end("{}"));
    assertThat(answer(response)).isEqualTo(new HttpFixture.Answer(200, LINES, "{}\n"));
    assertThat(HttpFixture.header(response, "content-length")).isEqualTo("3");
  }

  @Test
  void noLinesAreAnEmptyAnswer() {
    assertThat(answer(told(JsonLines::end))).isEqualTo(new HttpFixture.Answer(200, "", ""));
  }

  @Test
  void whatBreaksOffBeforeTheFirstLineIsAnyFailedRequest() {
    assertThat(
            answer(
                told(lines -> lines.breakOff(RefusedException.conflict("taken"), e -> "unused"))))
        .isEqualTo(HttpFixture.Answer.failure(409, "taken"));
  }

  @Test
  void whatBreaksOffLaterSaysSoInItsLastLine() {
    HttpResponse<String> response =
        told(
            lines -> {
              lines.tell("1");
              lines.breakOff(new IllegalStateException("secret"), e -> "it \"failed\"");
            });
    assertThat(answer(response))
        .isEqualTo(new HttpFixture.Answer(200, LINES, "1\n{\"message\": \"it \\\"failed\\\"\"}\n"));
  }
}
