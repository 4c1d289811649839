package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.fixture.HttpFixture.Answer;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OtherMethodsTest {

  private final HttpFixture server =
      new HttpFixture(
          Vertx.vertx(),
          router -> {
            router.get("/flows/:flow").handler(request -> request.response().end("got"));
            router.post("/flows/:flow").handler(request -> request.response().end("posted"));
          });

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path) {
    return server.send(method, path, BodyPublishers.noBody()).join();
  }

  @Test
  void aMethodThatAPathDoesNotTakeIsNotAllowed() {
    HttpResponse<String> response = send("DELETE", "/flows/F");
    assertThat(Answer.of(response))
        .isEqualTo(Answer.failure(405, "DELETE is not allowed at /flows/F"));
    assertThat(HttpFixture.header(response, "Allow")).isEqualTo("GET,OPTIONS,POST");
  }

  @Test
  void optionsTellsWhatIsAllowed() {
    HttpResponse<String> response = send("OPTIONS", "/flows/F");
    assertThat(Answer.of(response)).isEqualTo(new Answer(204, "", ""));
    assertThat(HttpFixture.header(response, "Allow")).isEqualTo("GET,OPTIONS,POST");
  }

  @Test
  void allowedMethodsReachTheirEndpoints() {
    assertThat(send("GET", "/flows/F").body()).isEqualTo("got");
    assertThat(send("POST", "/flows/F").body()).isEqualTo("posted");
  }

  @Test
  void aPathThatNobodyTakesIsUnknown() {
    assertThat(send("OPTIONS", "/flow").statusCode()).isEqualTo(404);
  }
}
