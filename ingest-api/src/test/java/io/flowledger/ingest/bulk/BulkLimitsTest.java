package io.flowledger.ingest.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much of bulk requests is taken at a time. */
final class BulkLimitsTest extends BulkTest {

  @Test
  void refusesMoreRequestsThanMayBeUnderWay() throws InterruptedException {
    server.log().holdBack();
    CompletableFuture<Answer> first = onItsWay("{\"type\": \"flow\", \"flow_id\": \"A\"}");
    CompletableFuture<Answer> second = onItsWay("{\"type\": \"flow\", \"flow_id\": \"B\"}");
    assertThat(server.routes().bulkRequests()).isEqualTo(2);
    assertThat(server.routes().pendingWrites()).isEqualTo(2);

    assertThat(server.bulk(FLOW))
        .isEqualTo(Answer.failure(503, "too many bulk requests are under way, try again"));

    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().status()).isEqualTo(200);
    // A client may have the whole answer before the server has been told so.
    await(() -> server.routes().bulkRequests() == 0);
    assertThat(server.bulk(FLOW).status()).isEqualTo(200);
  }

  @Test
  void entriesWaitUntilThereIsRoomForThem() throws InterruptedException {
    server.given("/flows/F", "{}");
    server.log().holdBack();
    String run = "{\"type\": \"run\", \"flow_id\": \"F\"}\n";
    CompletableFuture<Answer> first = onItsWay(run.repeat(10));
    CompletableFuture<Answer> second = server.send("POST", "/events", run);
    assertThat(server.post("/flows/G", "{}", "Prefer", "respond-async").status()).isEqualTo(202);
    assertThat(server.routes().pendingWrites()).isEqualTo(10);

    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(second.join().body())
        .isEqualTo(
            "{\"index\": 0, \"result\": \"created\", \"run_number\": 11, \"position\": \"0@12\"}\n");
  }

  @Test
  void bodiesTakeABoundedAmountOfMemory() throws InterruptedException {
    server.log().holdBack();
    String large = FLOW + " ".repeat(3900);
    CompletableFuture<Answer> first = onItsWay(large);

    Answer later =
        Answer.failure(503, "the bulk requests that are under way take too much memory, try again");
    assertThat(server.bulk(large)).isEqualTo(later);
    assertThat(server.bulk(gzip(large), "Content-Encoding", "gzip")).isEqualTo(later);
    assertThat(server.bulk(gzip(FLOW), "Content-Encoding", "gzip", "Prefer", "respond-async"))
        .isEqualTo(lines(202, "{\"index\": 0, \"result\": \"appended\", \"position\": \"0@1\"}"));
    server.log().applyAll();
    assertThat(first.join().status()).isEqualTo(200);
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
    server.log().holdBack();
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      String head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: " + FLOW.length();
      socket.getOutputStream().write((head + "\r\n\r\n" + FLOW).getBytes(StandardCharsets.UTF_8));
      assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    }
    server.log().applyAll();
    await(() -> server.routes().bulkRequests() == 0);
  }

  @Test
  void aClientThatGoesAwayBeforeItHasSentAllLeavesNothingBehind() throws Exception {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      String head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      await(() -> server.routes().bulkRequests() == 1);
    }
    await(() -> server.routes().bulkRequests() == 0);
    assertThat(server.log().history()).isEmpty();
  }
}
