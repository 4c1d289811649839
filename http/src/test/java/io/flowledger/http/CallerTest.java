package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Origin;
import io.flowledger.http.fixture.HttpFixture;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who sends a request, from where, and what it prefers. */
final class CallerTest {

  private final AtomicReference<Origin> origin = new AtomicReference<>();
  private final HttpFixture server =
      new HttpFixture(
          Vertx.vertx(),
          router -> {
            router
                .get("/caller")
                .handler(
                    request -> {
                      origin.set(Caller.of(request).origin());
                      request.response().end();
                    });
            router
                .get("/async")
                .handler(request -> request.response().end("" + Requests.prefersAsync(request)));
          });

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCallerIsAnAddress() {
    server.get("/caller");
    assertThat(origin.get()).isEqualTo(new Origin(null, "127.0.0.1"));
  }

  @Test
  void anAnswerIsPreferredAtOnceOnlyByThoseWhoSaySo() {
    assertThat(server.get("/async").body()).isEqualTo("false");
    assertThat(server.get("/async", "Prefer", "return=minimal").body()).isEqualTo("false");
    assertThat(server.get("/async", "Prefer", "return=minimal, Respond-Async").body())
        .isEqualTo("true");
  }
}
