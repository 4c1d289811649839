package io.flowledger.query.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityTagTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private World world;
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.run("F", 2, 21);
    world.step("F", 1, "start", 30);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String tag(HttpResponse<String> response) {
    return response.headers().firstValue("ETag").orElseThrow();
  }

  private static EntityTag tagOf(String content) {
    return EntityTag.of(content.getBytes(UTF_8), content.length());
  }

  @Test
  void everyServerMakesTheSameTagOfTheSameContent() {
    assertThat(tagOf("[{\"flow_id\": \"F\"}]"))
        .isEqualTo(new EntityTag("W/\"53sjbwKWatF_ajoXCi5CpA\""));
    assertThat(EntityTag.of("[]and more".getBytes(UTF_8), 2)).isEqualTo(tagOf("[]"));
  }

  @Test
  void noTwoContentsThatDifferByABitHaveTheSameTag() {
    byte[] content = new byte[1000];
    Set<EntityTag> tags = new HashSet<>();
    for (int bit = 0; bit < content.length * Byte.SIZE; bit++) {
      content[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      tags.add(EntityTag.of(content, content.length));
      content[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }
    for (int length = 0; length <= content.length; length++) {
      tags.add(EntityTag.of(content, length));
    }

    assertThat(tags).hasSize(content.length * Byte.SIZE + content.length + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/flows/F",
        "/flows/F/runs/1",
        "/flows/F/runs/1/steps/start",
        "/flows",
        "/flows/F/runs",
        "/flows/F/runs?_limit=1",
        "/flows/F/runs/1/steps/start/tasks"
      })
  void whoHasTheAnswerAlreadyIsToldSo(String path) throws Exception {
    HttpResponse<String> first = send("GET", path);

    HttpResponse<String> second = send("GET", path, "If-None-Match", tag(first));

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(tag(first)).matches("W/\"[A-Za-z0-9_-]{22}\"");
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    assertThat(tag(second)).isEqualTo(tag(first));
    assertThat(send("HEAD", path, "If-None-Match", tag(first)).statusCode()).isEqualTo(304);
  }

  @Test
  void whatHasChangedIsSent() throws Exception {
    String before = tag(send("GET", "/flows/F/runs"));
    world.run("F", 3, 22);

    HttpResponse<String> after = send("GET", "/flows/F/runs", "If-None-Match", before);

    assertThat(after.statusCode()).isEqualTo(200);
    assertThat(after.body()).contains("\"run_number\": 3");
    assertThat(tag(after)).isNotEqualTo(before);
  }

  @Test
  void aPageThatGetsASuccessorHasChanged() throws Exception {
    String before = tag(send("GET", "/flows/F/runs?_limit=2"));
    world.run("F", 3, 19);

    HttpResponse<String> after = send("GET", "/flows/F/runs?_limit=2", "If-None-Match", before);

    assertThat(after.statusCode()).isEqualTo(200);
    assertThat(after.headers().firstValue("X-Next-Cursor")).isPresent();
  }

  @Test
  void anyOfSeveralTagsWillDo() throws Exception {
    String tag = tag(send("GET", "/flows/F"));

    for (String header : List.of("\"x\", " + tag, "*", tag.substring("W/".length()))) {
      assertThat(send("GET", "/flows/F", "If-None-Match", header).statusCode()).isEqualTo(304);
    }
    assertThat(send("GET", "/flows/F", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
  }
}
