package io.flowledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.HttpFixture;
import io.flowledger.projector.LocalReadModel;
import io.flowledger.projector.MemoryRegistry;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The write endpoints behind a real HTTP server, with a log and views that need no Kafka. */
final class IngestServer implements AutoCloseable {

  /** What the server's clock shows, epoch milliseconds. */
  static final long NOW = 1_700_000_000_123L;

  static final String TEXT = HttpFixture.TEXT;

  private final LocalReadModel views;
  private final MemoryLog log;
  private final Sequences sequences;
  private final IngestRoutes routes;
  private final HttpFixture server;

  /**
   * @param position what the header says; empty where there is none
   */
  record Answer(int status, String contentType, String position, String body) {
    static Answer of(HttpResponse<String> response) {
      HttpFixture.Answer answer = HttpFixture.Answer.of(response);
      return new Answer(
          answer.status(),
          answer.contentType(),
          HttpFixture.header(response, "Flowledger-Position"),
          answer.body());
    }

    /** The answer to a write that is at that position. */
    static Answer success(String position, String body) {
      return new Answer(200, TEXT, position, body);
    }

    static Answer failure(int status, String message) {
      return new Answer(status, "", "", message);
    }
  }

  IngestServer(Path directory, IngestConfig config) {
    Topics topics = LocalReadModel.topics(1);
    EventSerde serde = MemoryRegistry.serde(topics);
    views = new LocalReadModel(directory, topics.partitions(), serde);
    log = new MemoryLog(topics, serde, views);
    EventLog eventLog = new EventLog(log, serde, topics, views::partitionOf);
    sequences = new Sequences(log.ids(), topics.ids(), eventLog, serde, config.writtenBy());
    routes =
        new IngestRoutes(
            config,
            views,
            eventLog,
            sequences,
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
            new SimpleMeterRegistry());
    server = new HttpFixture(Vertx.vertx(), routes);
  }

  LocalReadModel views() {
    return views;
  }

  MemoryLog log() {
    return log;
  }

  IngestRoutes routes() {
    return routes;
  }

  Answer post(String path, String body, String... headers) {
    return send("POST", path, body, headers).join();
  }

  int port() {
    return server.port();
  }

  Answer patch(String path, String body) {
    return send("PATCH", path, body).join();
  }

  /** Posts entries line by line. */
  Answer bulk(String... lines) {
    return post("/events", String.join("\n", lines), "Content-Type", "application/x-ndjson");
  }

  /** Posts entries as they are sent. */
  Answer bulk(byte[] body, String... headers) {
    return server
        .send("POST", "/events", HttpRequest.BodyPublishers.ofByteArray(body), headers)
        .thenApply(Answer::of)
        .join();
  }

  CompletableFuture<Answer> send(String method, String path, String body, String... headers) {
    return exchange(method, path, body, headers).thenApply(Answer::of);
  }

  /** The same with all headers of the answer. */
  CompletableFuture<HttpResponse<String>> exchange(
      String method, String path, String body, String... headers) {
    return server.send(method, path, HttpRequest.BodyPublishers.ofString(body), headers);
  }

  /** Registers an object that a test needs. */
  void given(String path, String body) {
    assertThat(post(path, body).status()).isEqualTo(200);
  }

  /** Flow F and its run 1, neither with tags. */
  void givenARun() {
    given("/flows/F", "{}");
    given("/flows/F/run", "{}");
  }

  /** {@link #givenARun()} and its step start. */
  void givenAStep() {
    givenARun();
    given("/flows/F/runs/1/steps/start/step", "{}");
  }

  /** {@link #givenAStep()} and its task 1. */
  void givenATask() {
    givenAStep();
    given("/flows/F/runs/1/steps/start/task", "{}");
  }

  @Override
  public void close() {
    server.close();
    sequences.close();
    log.ids().closedSignal().orTimeout(20, TimeUnit.SECONDS).join();
    views.close();
  }
}
