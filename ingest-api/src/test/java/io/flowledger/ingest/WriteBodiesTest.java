package io.flowledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.RequestMemory;
import io.flowledger.http.fixture.Gzipped;
import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All write endpoints, and bodies of every type, size and kind: what is said of the body in its
 * head never decides, nothing is held beyond the memory that there is for requests, and in the end
 * nothing is held.
 */
final class WriteBodiesTest {

  private static final int MEMORY = 1 << 20;
  private static final int FOR_LARGE = MEMORY - MEMORY / 8;
  private static final String TASK = "/flows/F/runs/1/steps/start/tasks/1";

  /** A write endpoint, and a body that it takes, how often it may come. */
  enum Endpoint {
    FLOW("/flows/F%d", "{'tags': ['100%']}"),
    RUN("/flows/F/run", "{'tags': ['100%']}"),
    STEP("/flows/F/runs/1/steps/s%d/step", "{'tags': ['100%']}"),
    TASK("/flows/F/runs/1/steps/start/task", "{'tags': ['100%']}"),
    METADATA(WriteBodiesTest.TASK + "/metadata", "[{'field_name': 'f', 'value': '100%'}]"),
    ARTIFACT(WriteBodiesTest.TASK + "/artifact", "[{'name': 'x', 'location': 's3://100%'}]"),
    TAGS("/flows/F/runs/1/tag/mutate", "{'tags_to_add': ['100%']}"),
    RUN_HEARTBEAT("/flows/F/runs/1/heartbeat", "{'x': '100%'}"),
    TASK_HEARTBEAT(WriteBodiesTest.TASK + "/heartbeat", "{'x': '100%'}"),
    NUMBERS("/flowledger/numbers", "{'sequence': 'tasks'}"),
    BULK("/events", "{'type': 'run', 'flow_id': 'F', 'tags': ['100%']}");

    final String path;
    final String body;

    Endpoint(String path, String body) {
      this.path = path;
      this.body = body.replace('\'', '"');
    }

    String method() {
      return this == TAGS ? "PATCH" : "POST";
    }

    /** Bytes of memory for each of a body. */
    int weight() {
      return this == BULK ? 2 : 3;
    }

    boolean readsItsBody() {
      return this != RUN_HEARTBEAT && this != TASK_HEARTBEAT;
    }
  }

  private final RequestMemory memory = new RequestMemory(MEMORY);
  private int count = 100;
  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server = new IngestServer(directory, IngestConfig.defaults("test/1"), memory);
    server.givenATask();
  }

  @AfterEach
  void stop() {
    nothingIsHeld();
    server.close();
  }

  private void nothingIsHeld() {
    Awaitility.await().until(() -> memory.held() == 0);
  }

  private HttpResponse<String> send(Endpoint endpoint, byte[] body, String... headers) {
    String path = endpoint.path.formatted(count++);
    return server
        .exchange(endpoint.method(), path, BodyPublishers.ofByteArray(body), headers)
        .join();
  }

  private HttpResponse<String> sendChunked(Endpoint endpoint, byte[] body) {
    List<byte[]> chunks = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.wrap(body);
    while (rest.hasRemaining()) {
      byte[] chunk = new byte[Math.min(5000, rest.remaining())];
      rest.get(chunk);
      chunks.add(chunk);
    }
    String path = endpoint.path.formatted(count++);
    return server.exchange(endpoint.method(), path, BodyPublishers.ofByteArrays(chunks)).join();
  }

  private static byte[] padded(Endpoint endpoint, int size) {
    return (" ".repeat(size - endpoint.body.length()) + endpoint.body)
        .getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void theTypeNeverDecides(Endpoint endpoint) {
    for (String type :
        List.of(
            "application/json",
            "application/x-ndjson",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "text/plain",
            "application/octet-stream",
            "what is this?")) {
      for (int size : new int[] {endpoint.body.length(), 1025, 20_000}) {
        HttpResponse<String> answer = send(endpoint, padded(endpoint, size), "Content-Type", type);
        assertThat(answer.statusCode())
            .as("%s of %d: %s", type, size, answer.body())
            .isEqualTo(200);
      }
    }
    assertThat(send(endpoint, padded(endpoint, 1025)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyMayBeCompressed(Endpoint endpoint) {
    for (String encoding : List.of("gzip", "GZIP", "x-gzip")) {
      byte[] body = Gzipped.of(padded(endpoint, 20_000));
      assertThat(send(endpoint, body, "Content-Encoding", encoding).statusCode()).isEqualTo(200);
    }
    byte[] plain = padded(endpoint, 100);
    assertThat(send(endpoint, plain, "Content-Encoding", "identity").statusCode()).isEqualTo(200);

    HttpResponse<String> no = send(endpoint, plain, "Content-Encoding", "br");
    assertThat(Answer.of(no))
        .isEqualTo(Answer.failure(415, "Content-Encoding must be gzip, not br"));
    assertThat(HttpFixture.header(no, "Accept-Encoding")).isEqualTo("gzip");
    assertThat(Answer.of(send(endpoint, plain, "Content-Encoding", "gzip")))
        .isEqualTo(Answer.failure(400, "the body is not in the format of gzip"));
    byte[] whole = Gzipped.of(plain);
    byte[] followed = Arrays.copyOf(whole, whole.length + 1);
    assertThat(Answer.of(send(endpoint, followed, "Content-Encoding", "gzip")))
        .isEqualTo(
            Answer.failure(
                400,
                "the body is in the format of gzip, but damaged, cut off, or followed by something"
                    + " else"));
    byte[] bomb = Gzipped.of(padded(endpoint, 16 << 20));
    assertThat(send(endpoint, bomb, "Content-Encoding", "gzip").statusCode()).isEqualTo(413);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyOfAnySizeIsTakenOrRefused(Endpoint endpoint) {
    int largest = FOR_LARGE / endpoint.weight() - 100;
    for (int size : new int[] {100, 1023, 1025, 65_536, largest}) {
      nothingIsHeld();
      assertThat(send(endpoint, padded(endpoint, size)).statusCode()).isEqualTo(200);
      nothingIsHeld();
      assertThat(sendChunked(endpoint, padded(endpoint, size)).statusCode()).isEqualTo(200);
    }
    for (int size : new int[] {largest + 200, MEMORY, 20 << 20}) {
      nothingIsHeld();
      assertThat(send(endpoint, padded(endpoint, size)).statusCode()).isEqualTo(413);
      nothingIsHeld();
      assertThat(sendChunked(endpoint, padded(endpoint, size)).statusCode()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodiesThatAreHeldKeepOnlyLargeOnesOut(Endpoint endpoint) throws IOException {
    int size = 140_000; // so that none of them counts as small
    List<Socket> held = new ArrayList<>();
    Optional<String> refused = Optional.empty();
    while (refused.isEmpty() && held.size() < 100) {
      held.add(held(endpoint, size));
      refused = answer(held.get(held.size() - 1));
    }
    assertThat(refused)
        .hasValueSatisfying(
            answer -> {
              assertThat(answer).startsWith("HTTP/1.1 503 ");
              assertThat(answer).containsIgnoringCase("\r\nRetry-After: 1\r\n");
            });
    assertThat(memory.held()).isLessThanOrEqualTo(FOR_LARGE);

    HttpResponse<String> large = send(endpoint, padded(endpoint, size));
    assertThat(large.statusCode()).isEqualTo(503);
    assertThat(HttpFixture.header(large, "Retry-After")).isEqualTo("1");
    assertThat(send(endpoint, padded(endpoint, 1000)).statusCode()).isEqualTo(200);

    for (Socket socket : held) {
      socket.close();
    }
    nothingIsHeld();
    assertThat(send(endpoint, padded(endpoint, size)).statusCode()).isEqualTo(200);
  }

  /** Sends a request but for the last byte of its body. */
  private Socket held(Endpoint endpoint, int size) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    String head =
        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            .formatted(endpoint.method(), endpoint.path.formatted(count++), size);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(padded(endpoint, size), 0, size - 1);
    socket.getOutputStream().flush();
    return socket;
  }

  /** What is answered to a request that is held, once it is known whether it is. */
  private Optional<String> answer(Socket socket) throws IOException {
    long before = memory.refused();
    InputStream in = socket.getInputStream();
    Awaitility.await().until(() -> in.available() > 0 || memory.refused() > before || isAdmitted());
    if (in.available() == 0 && memory.refused() == before) {
      return Optional.empty();
    }
    byte[] answer = new byte[4096];
    return Optional.of(new String(answer, 0, in.read(answer), StandardCharsets.UTF_8));
  }

  private long admitted;

  private boolean isAdmitted() {
    long now = memory.held();
    boolean more = now >= admitted + 190_000;
    admitted = more ? now : admitted;
    return more;
  }

  @ParameterizedTest
  @EnumSource
  void aMessageIsNeverAboutTheProgram(Endpoint endpoint) {
    List<byte[]> bodies =
        Stream.of(
                "",
                " ",
                "x",
                "%",
                "a=b&c=%",
                "null",
                "7",
                "\"text\"",
                "{",
                "[",
                "{\"a\":",
                "[{]",
                "[null]",
                "[7]",
                "{}",
                "[".repeat(2000),
                "{\"tags\": {}}",
                "[{\"value\": {}}]",
                "{\"tags_to_add\": [1]}",
                "{\"sequence\": null}",
                "{\"count\": 1e99}",
                "\u0000",
                "{\"user_name\": \"\\ud800\"}",
                "[{\"attempt_id\": 99999999999}]",
                "nul",
                "\ufeff{}")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
    List<byte[]> all = new ArrayList<>(bodies);
    all.add(new byte[] {'"', (byte) 0xc3, '"'});
    all.add(new byte[] {(byte) 0x1f, (byte) 0x8b, 0});
    for (byte[] body : all) {
      HttpResponse<String> answer = send(endpoint, body);
      String what = new String(body, StandardCharsets.UTF_8);
      assertThat(answer.statusCode()).as(what).isIn(200, 400);
      assertThat(answer.body())
          .as(what)
          .doesNotContain("\"null\"")
          .doesNotContainPattern("\\b(java|com|org|io)\\.[a-z]+\\.|Exception|" + "/flows/");
      if (endpoint.readsItsBody() && what.equals("%")) {
        assertThat(answer.body()).contains("malformed JSON");
      }
    }
  }

  @Test
  void whatIsRefusedForItsParentHoldsNothing() {
    byte[] large = padded(Endpoint.METADATA, 200_000);
    for (int i = 0; i < 24; i++) {
      HttpResponse<String> answer =
          server
              .exchange(
                  "POST",
                  "/flows/F/runs/1/steps/start/tasks/999/metadata",
                  BodyPublishers.ofByteArray(large))
              .join();
      assertThat(Answer.of(answer))
          .isEqualTo(Answer.failure(400, "need to register run_id and task_id first"));
    }
  }

  @Test
  void manyShortValuesTakeMoreThanTheirBytes() {
    String tags = "{\"tags\": [\"a\"" + ",\"a\"".repeat(20_000) + "]}"; // 80 kB, 1.1 MB of strings
    byte[] body = tags.getBytes(StandardCharsets.UTF_8);
    assertThat(Answer.of(send(Endpoint.RUN, body)))
        .isEqualTo(
            Answer.failure(
                413, "the request takes more memory than there is for requests, 1048576 bytes"));
  }

  @Test
  void whatIsHeldOfAWriteIsHeldUntilItIsApplied() throws IOException {
    server.log().holdBack();
    byte[] body = padded(Endpoint.METADATA, 50_000);
    try (Socket socket = held(Endpoint.METADATA, body.length)) {
      socket.getOutputStream().write(']');
      Awaitility.await().until(() -> server.routes().pendingWrites() == 1);
      assertThat(memory.held()).isGreaterThanOrEqualTo(3 * 50_000);
    }
    assertThat(send(Endpoint.BULK, new byte[] {'{'}).statusCode()).isEqualTo(200);
    assertThat(memory.held()).isGreaterThanOrEqualTo(3 * 50_000); // the client has gone
    server.log().applyAll();
  }
}
