package io.flowledger.bench.cluster.client;

import io.flowledger.bench.cluster.check.Span;
import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Sends single requests, whose answers are never exceptions. */
public final class Http {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  /** Completes with the answer, or with what is instead of one, never with an exception. */
  public CompletableFuture<Answer> send(Target target, Request request, Duration limit) {
    long invoked = System.nanoTime();
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(http(target, request, limit).build(), BodyHandlers.ofString());
    CompletableFuture<Answer> answer =
        sent.handle(
            (response, failure) -> {
              Span span = new Span(invoked, System.nanoTime());
              return failure == null
                  ? new Answer(
                      target,
                      response.statusCode(),
                      response.body(),
                      response.headers().firstValue("Flowledger-Position"),
                      span)
                  : none(target, failure, span);
            });
    // The limit of the client ends with the head of an answer.
    return answer.completeOnTimeout(
        new Answer(target, Answer.NO_ANSWER, "not in time", Optional.empty(), Span.open(invoked)),
        limit.toMillis() + CONNECT_LIMIT.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  public Answer call(Target target, Request request, Duration limit) {
    return send(target, request, limit).join();
  }

  /** The lines of an answer that goes on; to be closed by whoever has it. */
  public HttpResponse<InputStream> open(Target target, Request request, Duration limit)
      throws IOException {
    try {
      return client.send(http(target, request, limit).build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static HttpRequest.Builder http(Target target, Request request, Duration limit) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(target.url().resolve(request.path()))
            .timeout(limit)
            .method(
                request.method(),
                request.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    request.body().ifPresent(body -> builder.header("Content-Type", "application/json"));
    request.headers().forEach(builder::header);
    return builder;
  }

  private static Answer none(Target target, Throwable failure, Span span) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean unsent =
        cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
    return new Answer(
        target,
        unsent ? Answer.NOT_SENT : Answer.NO_ANSWER,
        String.valueOf(cause),
        Optional.empty(),
        span);
  }
}
