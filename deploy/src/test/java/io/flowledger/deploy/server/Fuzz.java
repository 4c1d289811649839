package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.server.MountedRoutes.Mounted;
import io.flowledger.deploy.server.RandomRequests.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;

/**
 * Sends random requests to a server, on a few connections at a time, and fails with what repeats
 * it. How many, and from which seed, can be told by {@code -Dflowledger.test.requests=24000} and
 * {@code -Dflowledger.test.seed=N}.
 */
final class Fuzz {

  private static final int REQUESTS = Integer.getInteger("flowledger.test.requests", 1_000);
  private static final int CLIENTS = 16;
  private static final int MOST_READ_BYTES = 64 << 20;

  private static final int MOST_FAILURES = 10;

  /** So long a client listens to events as they come. */
  private static final int TAIL_MS = 100;

  private final long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
  private final int port;
  private final List<Mounted> routes;
  private final Duration latest;
  private final Set<String> statuses = new ConcurrentSkipListSet<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  /**
   * @param latest that an answer may take, or a connection on which nothing more is sent
   */
  Fuzz(int port, List<Mounted> routes, Duration latest) {
    this.port = port;
    this.routes = routes;
    this.latest = latest;
  }

  /** Sends them all. */
  void run() {
    List<CompletableFuture<Void>> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(client -> CompletableFuture.runAsync(() -> run(client), Fuzz::onThread))
            .toList();
    CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
    assertThat(failures)
        .as("-Dflowledger.test.seed=%d -Dflowledger.test.requests=%d", seed, REQUESTS)
        .isEmpty();
    // Otherwise it has sent less than it seems.
    assertThat(statuses).contains("200", "400", "403", "404", "405", "413");
  }

  private static void onThread(Runnable work) {
    Thread thread = new Thread(work, "fuzz");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(int client) {
    RandomRequests requests = new RandomRequests(seed + client, routes, port);
    for (int i = 0; i < REQUESTS / CLIENTS && failures.size() < MOST_FAILURES; i++) {
      Sent sent = i == 0 ? requests.tooLarge() : requests.next();
      try {
        exchange(sent)
            .ifPresent(
                answer -> {
                  Answers.check(sent, answer);
                  statuses.add(Answers.first(answer));
                });
      } catch (IOException | AssertionError | RuntimeException e) {
        failures.add(
            "%s%nclient %d, its request %d: %s%n".formatted(e.getMessage(), client, i, sent));
      }
    }
  }

  /** All that comes until the server closes, which it has to; nothing if the client has gone. */
  private Optional<String> exchange(Sent sent) throws IOException {
    byte[] bytes = sent.bytes().getBytes(ISO_8859_1); // a connection that waits for them is idle
    long start = System.nanoTime();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(Math.toIntExact(latest.toMillis()));
      try {
        socket.getOutputStream().write(bytes);
      } catch (SocketException closed) {
        // it has answered already
      }
      if (sent.leaves()) {
        return Optional.empty();
      }
      String answer = read(socket);
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      if (time.compareTo(latest) > 0) {
        throw new AssertionError("answered after " + time + ": " + Answers.shown(answer));
      }
      return Optional.of(answer);
    }
  }

  private static String read(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[1 << 16];
    boolean tail = false;
    try {
      for (int n = in.read(buffer);
          n >= 0 && answer.size() < MOST_READ_BYTES;
          n = in.read(buffer)) {
        answer.write(buffer, 0, n);
        if (!tail && Answers.isTail(new String(buffer, 0, n, ISO_8859_1))) {
          tail = true;
          socket.setSoTimeout(TAIL_MS);
        }
      }
    } catch (SocketTimeoutException late) {
      if (!tail) {
        throw new AssertionError(
            "no answer, or no end of it: " + Answers.shown(answer.toString(ISO_8859_1)), late);
      }
    } catch (SocketException reset) {
      // what has been read counts
    }
    return answer.toString(ISO_8859_1);
  }
}
