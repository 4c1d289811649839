package io.flowledger.ingest.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.Gzipped;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Sends bulk requests to a server of its own, which allows for little. */
abstract class BulkTest {

  private static final IngestConfig CONFIG =
      new IngestConfig(
          Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(1000).withMaxEntries(5),
          new BulkLimits(12, 4000, 2, 6000),
          20,
          "test/1");
  static final String NDJSON = "application/x-ndjson";
  static final String FLOW = "{\"type\": \"flow\", \"flow_id\": \"F\"}";
  static final String TASK_1 =
      "\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1";

  IngestServer server;

  @BeforeEach
  final void start(@TempDir Path directory) {
    server = new IngestServer(directory, CONFIG);
  }

  @AfterEach
  final void stop() {
    await(() -> server.routes().bulkRequests() == 0);
    assertThat(server.routes().pendingWrites()).isZero();
    server.close();
  }

  static Answer lines(String... lines) {
    return lines(200, lines);
  }

  static Answer lines(int status, String... lines) {
    return new Answer(
        status,
        NDJSON,
        "",
        Stream.of(lines).map(line -> line + "\n").collect(Collectors.joining()));
  }

  static String rejected(int index, int status, String message) {
    return "{\"index\": %d, \"result\": \"rejected\", \"status\": %d, \"message\": \"%s\"}"
        .formatted(index, status, message);
  }

  static String metadata(String field) {
    return "{\"type\": \"metadata\", " + TASK_1 + ", \"field_name\": \"" + field + "\"}";
  }

  List<SpecificRecord> eventsFrom(int first) {
    List<SpecificRecord> events = server.log().events();
    return events.subList(first, events.size());
  }

  /** A request whose entries have been appended, but not applied. */
  final CompletableFuture<Answer> onItsWay(String body, String... headers)
      throws InterruptedException {
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = server.send("POST", "/events", body, headers);
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    return answer;
  }

  static byte[] gzip(String text) {
    return Gzipped.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(condition);
  }
}
