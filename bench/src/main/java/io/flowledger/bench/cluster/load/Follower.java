package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.check.Call;
import io.flowledger.bench.cluster.check.Span;
import io.flowledger.bench.cluster.client.Balancer;
import io.flowledger.bench.cluster.client.Http;
import io.flowledger.bench.cluster.client.Request;
import io.flowledger.bench.cluster.client.Tally;
import io.flowledger.bench.cluster.client.Target;
import io.flowledger.bench.report.Bench;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows a flow as server-sent events. When it is cut off, or nothing comes for longer than the
 * server is ever silent, it goes on behind its last event at another node.
 */
final class Follower implements Runnable {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(25);
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final String name;
  private final String flow;
  private final String start;
  private final Http http;
  private final Balancer balancer;
  private final Tally tally;
  private final Random random;
  private final List<Call.Event> events = new ArrayList<>();
  private final long began = System.nanoTime();
  private volatile long last;
  private volatile long heard = System.nanoTime();
  private volatile boolean over;
  private volatile @Nullable InputStream open;

  /**
   * @param start position behind which it begins
   */
  Follower(String flow, String start, Http http, Balancer balancer, Tally tally, Random random) {
    this.name = "tail of " + flow;
    this.flow = flow;
    this.start = start;
    this.last = Recorder.offset(start);
    this.http = http;
    this.balancer = balancer;
    this.tally = tally;
    this.random = random;
  }

  String flow() {
    return flow;
  }

  /** Offset of the last event that it was told. */
  long last() {
    return last;
  }

  @Override
  public void run() {
    @Nullable Target target = null;
    while (!over) {
      target = balancer.pick(random, target);
      try {
        follow(target);
      } catch (IOException cutOff) {
        // goes on at another
      }
      open = null;
      if (!over) {
        Bench.sleep(PAUSE);
      }
    }
  }

  private void follow(Target target) throws IOException {
    String position = start.substring(0, start.indexOf('@') + 1) + last;
    Request request =
        new Request(
            "GET",
            "/flows/" + flow + "/events",
            Optional.empty(),
            Map.of("Accept", "text/event-stream", "Last-Event-ID", position));
    heard = System.nanoTime();
    HttpResponse<InputStream> response = http.open(target, request, LIMIT);
    try (InputStream body = response.body()) {
      open = body;
      if (response.statusCode() == OK) {
        read(body);
      } else if (response.statusCode() != UNAVAILABLE) {
        String said = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        tally.failure(
            "%s from %s: %s answered %d %s"
                .formatted(name, position, target.name(), response.statusCode(), said));
      }
    }
  }

  private void read(InputStream body) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    @Nullable String data = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      heard = System.nanoTime();
      if (line.startsWith("data:")) {
        data = line.substring("data:".length());
      } else if (line.isEmpty() && data != null) {
        Call.Event event = Recorder.event(data);
        synchronized (events) {
          events.add(event);
        }
        last = event.offset();
        data = null;
      }
    }
  }

  /** Cuts off a connection on which nothing comes any more. */
  void checkSilence() {
    InputStream connection = open;
    if (connection != null && System.nanoTime() - heard > SILENCE_NANOS) {
      close(connection);
    }
  }

  private static void close(InputStream connection) {
    try {
      connection.close();
    } catch (IOException closed) {
      // as was wanted
    }
  }

  void end(Recorder recorder) {
    over = true;
    InputStream connection = open;
    if (connection != null) {
      close(connection);
    }
    synchronized (events) {
      recorder.followed(
          flow,
          name,
          new Span(began, System.nanoTime()),
          Recorder.offset(start),
          List.copyOf(events));
    }
  }
}
