package io.flowledger.bench.load;

import io.flowledger.bench.report.BenchException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** The load generator that is always there: one event loop of Vert.x. */
public final class VertxLoad implements LoadGenerator {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration LAST_ANSWER_LIMIT = Duration.ofSeconds(15);
  private static final int OK = 200;
  private static final int NOT_OK = 300;
  private static final double MICROS = 1000;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  @Override
  public LoadResult run(
      URI server, Operation operation, int connections, Duration time, long firstNumber) {
    return run(List.of(server), operation, connections, time, firstNumber);
  }

  /**
   * As with one server.
   *
   * @param servers that the connections are shared out to, in turns
   */
  public LoadResult run(
      List<URI> servers, Operation operation, int connections, Duration time, long firstNumber) {
    Run run = new Run(servers, operation, connections, time, firstNumber);
    vertx.runOnContext(start -> run.connect());
    Duration limit = time.plus(CONNECT_LIMIT).plus(LAST_ANSWER_LIMIT);
    try {
      return run.result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new BenchException("cannot load " + servers + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new BenchException(
          "no end of " + operation.name() + " at " + servers + " within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** One run; everything but the result is touched by its event loop only. */
  private final class Run {
    final CompletableFuture<LoadResult> result = new CompletableFuture<>();
    private final List<URI> servers;
    private final List<Prepared> requests;
    private final int connections;
    private final Duration time;
    private final HttpClientAgent client;
    private final List<HttpClientConnection> open = new ArrayList<>();
    private final Histogram micros = new Histogram(3);
    private final Map<String, Long> failures = new HashMap<>();
    private long next;
    private final long firstNumber;
    private long start;
    private long end;
    private long answers;
    private long bytes;
    private int busy;

    Run(List<URI> servers, Operation operation, int connections, Duration time, long firstNumber) {
      this.servers = servers;
      this.requests = operation.requests().stream().map(Prepared::of).toList();
      this.connections = connections;
      this.time = time;
      this.firstNumber = firstNumber;
      this.client =
          vertx.createHttpClient(
              new HttpClientOptions().setPipelining(false).setKeepAlive(true).setTcpNoDelay(true));
    }

    void connect() {
      for (int i = 0; i < connections; i++) {
        URI server = servers.get(i % servers.size());
        HttpConnectOptions where =
            new HttpConnectOptions().setHost(server.getHost()).setPort(server.getPort());
        client.connect(where).onSuccess(this::connected).onFailure(result::completeExceptionally);
      }
    }

    private void connected(HttpClientConnection connection) {
      open.add(connection);
      if (open.size() == connections) {
        start = System.nanoTime();
        end = start + time.toNanos();
        busy = connections;
        vertx.setTimer(time.plus(LAST_ANSWER_LIMIT).toMillis(), late -> giveUp());
        open.forEach(this::send);
      }
    }

    private void send(HttpClientConnection connection) {
      long sent = System.nanoTime();
      if (sent >= end) {
        done();
        return;
      }
      long turn = next++;
      Prepared request = requests.get((int) (turn % requests.size()));
      long round = turn / requests.size();
      Buffer body = request.body(round, firstNumber + turn);
      connection
          .request(request.options(round, firstNumber + turn))
          .compose(made -> body.length() == 0 ? made.send() : send(made, request, body))
          .onSuccess(response -> receive(connection, response, sent))
          .onFailure(failure -> broken(failure));
    }

    private static io.vertx.core.Future<HttpClientResponse> send(
        HttpClientRequest request, Prepared prepared, Buffer body) {
      return request.putHeader(HttpHeaders.CONTENT_TYPE, prepared.request().type()).send(body);
    }

    private void receive(HttpClientConnection connection, HttpClientResponse response, long sent) {
      response.exceptionHandler(this::broken);
      response.handler(chunk -> bytes += chunk.length());
      response.endHandler(
          ended -> {
            long now = System.nanoTime();
            if (now <= end) {
              answers++;
              micros.recordValue((now - sent) / 1000);
            }
            int status = response.statusCode();
            if (status < OK || status >= NOT_OK) {
              failures.merge("status " + status, 1L, Long::sum);
            }
            send(connection);
          });
    }

    private void broken(Throwable failure) {
      failures.merge(String.valueOf(failure.getMessage()), 1L, Long::sum);
      done();
    }

    private void giveUp() {
      if (!result.isDone()) {
        failures.merge(
            "no answer in " + LAST_ANSWER_LIMIT.toSeconds() + " s", (long) busy, Long::sum);
        finish();
      }
    }

    private void done() {
      if (--busy == 0 && !result.isDone()) {
        finish();
      }
    }

    private void finish() {
      client.close();
      result.complete(
          new LoadResult(
              answers,
              time.toNanos() / 1e9,
              bytes,
              micros.getValueAtPercentile(50) / MICROS,
              micros.getValueAtPercentile(99) / MICROS,
              micros.getValueAtPercentile(99.9) / MICROS,
              Map.copyOf(failures)));
    }
  }

  /** A request, with whatever is the same every time made once. */
  private record Prepared(Operation.Request request, HttpMethod method, Buffer constantBody) {

    static Prepared of(Operation.Request request) {
      return new Prepared(
          request,
          HttpMethod.valueOf(request.method()),
          Buffer.buffer(request.body().constant() ? request.body().fill(0, 0) : ""));
    }

    RequestOptions options(long round, long number) {
      return new RequestOptions().setMethod(method).setURI(request.path().fill(round, number));
    }

    Buffer body(long round, long number) {
      return request.body().constant()
          ? constantBody
          : Buffer.buffer(request.body().fill(round, number));
    }
  }

  @Override
  public void close() {
    vertx.close();
  }
}
