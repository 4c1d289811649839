package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large answers are compressed for whoever asks for it, and for nobody else. */
final class CompressionTest {

  private static final int TASKS = 2000; // a listing of several chunks

  @Test
  void largeAnswersAreCompressedOnDemand(@TempDir Path data) throws Exception {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      api.created("/flows/F/runs/1/steps/start/step", "{}");
      String task =
          "{\"type\": \"task\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\"}";
      api.created("/events", (task + "\n").repeat(TASKS));
      String tasks = "/flows/F/runs/1/steps/start/tasks";

      HttpResponse<byte[]> plain = get(server, tasks);
      HttpResponse<byte[]> compressed = get(server, tasks, "Accept-Encoding", "gzip, deflate");

      assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(compressed.headers().firstValue("Content-Encoding")).hasValue("gzip");
      assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes())
          .isEqualTo(plain.body());
      assertThat(compressed.body().length).isLessThan(plain.body().length / 5);
      HttpResponse<byte[]> small = get(server, "/flows/F", "Accept-Encoding", "gzip");
      assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(new String(small.body(), StandardCharsets.UTF_8)).startsWith("{\"flow_id\"");
    }
  }

  private static HttpResponse<byte[]> get(TestServer server, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url(path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
