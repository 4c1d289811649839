package io.flowledger.deploy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics come in the format that the client prefers. */
class MetricsFormatTest {

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final Vertx VERTX = Vertx.vertx();

  private static int port;

  @BeforeAll
  static void start() {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    metrics.counter("flowledger.counted").increment();
    Router router = Router.router(VERTX);
    new MetricsRoutes(VERTX, metrics).mount(router);
    port =
        VERTX
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
  }

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| text",
        "*/*| text",
        "text/plain| text",
        "text/html| text",
        "application/openmetrics-text| open",
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3| open",
        "application/openmetrics-text;q=0.2,text/plain;q=0.3| text",
        "text/plain;q=0.1,application/openmetrics-text;q=0.2,*/*;q=0.1| open",
        "application/vnd.google.protobuf;q=0.9,application/openmetrics-text;q=0.8| open",
        ";;q=x,,| text"
      })
  void asPreferred(String accept, String format) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
    if (!accept.isEmpty()) {
      request.header("Accept", accept);
    }
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean open = format.equals("open");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(open ? OPEN : TEXT);
    assertThat(answer.headers().firstValue("Vary"))
        .hasValueSatisfying(vary -> assertThat(vary).isEqualToIgnoringCase("Accept"));
    assertThat(answer.body().lines()).contains("flowledger_counted_total 1.0");
    assertThat(answer.body().endsWith("# EOF\n")).isEqualTo(open);
  }
}
