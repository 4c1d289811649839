package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.HttpException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ErrorAnswersTest {

  private final Vertx vertx = Vertx.vertx();
  private RuntimeException cause = new IllegalStateException("secret");

  private final HttpFixture server =
      new HttpFixture(
          vertx,
          router -> {
            router
                .get("/")
                .handler(
                    request -> {
                      throw cause;
                    });
            router.get("/failed").handler(request -> request.fail(400, cause));
          });

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> answer(RuntimeException failure) {
    cause = failure;
    return server.get("/");
  }

  private static void is(HttpResponse<String> response, int status, String body) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(HttpFixture.header(response, "content-type")).isEqualTo("application/json");
    assertThat(response.body()).isEqualTo(body);
  }

  @Test
  void aRefusalHasTheStatusOfItsReason() {
    is(answer(RefusedException.malformed("no \"x\"")), 400, "{\"message\": \"no \\\"x\\\"\"}");
    is(answer(RefusedException.otherRequest("other")), 422, "{\"message\": \"other\"}");
  }

  @Test
  void everyReasonHasAStatusOfItsOwn() {
    assertThat(Arrays.stream(Reason.values()).map(Statuses::of)).doesNotHaveDuplicates();
  }

  @Test
  void aViewThatIsNotThereMayBeThereLater() {
    HttpResponse<String> response = answer(new ViewUnavailableException("not here"));
    is(response, 503, "{\"message\": \"not here\"}");
    assertThat(HttpFixture.header(response, "retry-after")).isEqualTo("1");
  }

  @Test
  void whatNobodyHasForeseenIsForTheLog() {
    HttpResponse<String> response = answer(new IllegalStateException("secret"));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body())
        .matches("\\{\"message\": \"internal error [0-9a-f-]{36}, see the log of the server\"}");
  }

  @Test
  void whatTheRouterRefusesHasTheSameShape() {
    is(answer(new HttpException(400)), 400, "{\"message\": \"the request is malformed\"}");
    is(answer(new HttpException(400, "why")), 400, "{\"message\": \"why\"}");
    is(answer(new HttpException(418)), 418, "{\"message\": \"status 418\"}");
    is(server.get("/nowhere"), 404, "{\"message\": \"there is no route /nowhere\"}");
  }

  @Test
  void noMessageIsAboutTheProgram() {
    String unavailable = "{\"message\": \"this cannot be answered now, try again\"}";
    is(answer(new ViewUnavailableException("io.vertx.core.Oh: no")), 503, unavailable);
    is(answer(new ViewUnavailableException("null")), 503, unavailable);
    cause = new IllegalArgumentException();
    is(server.get("/failed"), 400, "{\"message\": \"the request is malformed\"}");
  }
}
