package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.Gzipped;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests of all the kinds that take much memory, many at a time, at a server with the memory that
 * the launcher gives it, which ends when that is not enough: it goes on, each is answered, and
 * afterwards it takes what it takes on other days.
 */
class RequestMemoryIT {

  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Map<String, String> AS_THE_LAUNCHER =
      Map.of("JAVA_TOOL_OPTIONS", "-Xmn96m -XX:+ExitOnOutOfMemoryError");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MIB = 1 << 20;
  private static final String TASK = "/flows/F/runs/1/steps/s/tasks/1";

  private static final Path DATA = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static ChildProcess server;

  @SuppressWarnings("NullAway.Init")
  private static String url;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() {
    server =
        ChildProcess.jar(JAR, AS_THE_LAUNCHER, "serve", "--port", "0", "--data", DATA.toString());
    url = server.await(URL);
    Api api = new Api(url);
    api.created("/flows/F", "{}");
    api.created("/flows/F/run", "{}");
    api.created("/flows/F/runs/1/steps/s/step", "{}");
    api.created("/flows/F/runs/1/steps/s/task", "{}");
  }

  @AfterAll
  static void stop() {
    server.close();
    TestServer.delete(DATA);
  }

  @AfterEach
  void itIsThereAndTakesWhatItTakesOnOtherDays() {
    Api api = new Api(url);
    assertThat(api.get("/healthcheck").status()).isEqualTo(200);
    assertThat(api.post(TASK + "/metadata", "[{\"value\": \"1\"}]").status()).isEqualTo(200);
    assertThat(statusOfOne(TASK + "/metadata", values(8, MIB - 100))).isEqualTo(200);
  }

  /** Waits, as clients do, while it is told to. */
  private int statusOfOne(String path, byte[] body) {
    int status = 503;
    for (int tries = 0; status == 503 && tries < 10; tries++) {
      status = send(path, body).join().statusCode();
      if (status == 503) {
        CompletableFuture.runAsync(
                () -> {},
                CompletableFuture.delayedExecutor(1, java.util.concurrent.TimeUnit.SECONDS))
            .join();
      }
    }
    return status;
  }

  private CompletableFuture<HttpResponse<String>> send(
      String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The statuses of so many at a time. */
  private List<Integer> statuses(int count, String path, byte[] body, String... headers) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, count).mapToObj(i -> send(path, body, headers)).toList();
    return answers.stream().map(CompletableFuture::join).map(HttpResponse::statusCode).toList();
  }

  private static byte[] values(int count, int size) {
    return entries(count, "{\"field_name\": \"f\", \"value\": \"" + "v".repeat(size) + "\"}");
  }

  private static byte[] entries(int count, String entry) {
    return ("[" + entry + ("," + entry).repeat(count - 1) + "]").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void manyLargeOnes() {
    assertThat(statuses(12, TASK + "/metadata", values(8, MIB - 100))).containsOnly(200, 503);
    assertThat(statuses(100, TASK + "/metadata", values(1, MIB - 100))).containsOnly(200, 503);
    assertThat(
            statuses(
                12,
                TASK + "/artifact",
                entries(8, "{\"location\": \"" + "l".repeat(MIB - 100) + "\"}")))
        .containsOnly(200, 503);
  }

  @Test
  void manyOfManyEntries() {
    assertThat(statuses(8, TASK + "/metadata", values(9_900, 800))).containsOnly(200, 503);
    assertThat(statuses(16, TASK + "/metadata", entries(100_000, "{}"))).containsOnly(200, 503);
    assertThat(statuses(16, TASK + "/artifact", entries(100_000, "{}"))).containsOnly(200, 503);
  }

  @Test
  void manyThatAreRefused() {
    String unknown = "/flows/F/runs/1/steps/s/tasks/999/metadata";
    assertThat(statuses(24, unknown, values(8, MIB - 100))).containsOnly(400, 503);
    assertThat(statuses(24, "/nowhere", values(8, MIB - 100))).containsOnly(404, 503);
    assertThat(statuses(24, TASK + "/metadata", values(17, MIB - 100))).containsOnly(413);
    byte[] tags =
        ("{\"tags\": [\"a\"" + ",\"a\"".repeat(4_000_000) + "]}").getBytes(StandardCharsets.UTF_8);
    assertThat(statuses(4, "/flows/F/run", tags)).containsOnly(413, 503);
    assertThat(statuses(24, "/flowledger/dead-letters/redrive", entries(5_000_000, "{}")))
        .containsOnly(413, 503);
    assertThat(statuses(24, "/schema-registry/subjects/x/versions", entries(5_000_000, "{}")))
        .containsOnly(413, 503);
  }

  @Test
  void manyThatAreCompressed() {
    byte[] bomb = Gzipped.of(values(16, MIB - 100));
    assertThat(statuses(24, TASK + "/metadata", bomb, "Content-Encoding", "gzip"))
        .containsAnyOf(200, 503)
        .doesNotContain(500);
    byte[] larger = Gzipped.of(values(64, MIB - 100));
    assertThat(statuses(24, TASK + "/metadata", larger, "Content-Encoding", "gzip"))
        .isSubsetOf(413, 503);
  }

  @Test
  void manyThatNobodyWaitsFor() {
    byte[] body = values(8, MIB - 100);
    List<Integer> statuses =
        IntStream.range(0, 5)
            .boxed()
            .flatMap(i -> statuses(6, TASK + "/metadata", body, "Prefer", "respond-async").stream())
            .toList();
    assertThat(statuses).containsOnly(202, 503);
  }

  @Test
  void manyWhoseLastByteIsKeptBack() throws IOException {
    byte[] body = values(8, MIB - 100);
    List<Socket> sockets = new ArrayList<>();
    for (String path :
        List.of(TASK + "/metadata", "/events", "/schema-registry/subjects/x/versions")) {
      for (int i = 0; i < 12; i++) {
        sockets.add(held(path, body));
      }
    }
    Api api = new Api(url);
    assertThat(api.post(TASK + "/metadata", "[{\"value\": \"1\"}]").status()).isEqualTo(200);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static Socket held(String path, byte[] body) throws IOException {
    URI server = URI.create(url);
    Socket socket = new Socket(server.getHost(), server.getPort());
    String head =
        "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n".formatted(path, body.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(body, 0, body.length - 1);
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void whateverMetaflowSends() {
    String artifact =
        "{\"name\": \"x\", \"location\": \"s3://bucket/%s\", \"sha\": \"%s\", \"ds_type\": \"s3\"}"
            .formatted("d".repeat(50), "a".repeat(40));
    assertThat(statusOfOne(TASK + "/artifact", entries(100_000, artifact))).isEqualTo(200);
    assertThat(statusOfOne(TASK + "/metadata", values(16, MIB - 1000))).isEqualTo(200);
  }

  @Test
  void allAtOnce() {
    byte[] large = values(8, MIB - 100);
    byte[] many = entries(50_000, "{}");
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 60)
            .boxed()
            .flatMap(
                i ->
                    Stream.of(
                        send(TASK + "/metadata", i % 2 == 0 ? large : many),
                        send(i % 3 == 0 ? "/events" : TASK + "/artifact", large)))
            .toList();
    assertThat(answers.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
        .containsOnly(200, 503);
  }
}
