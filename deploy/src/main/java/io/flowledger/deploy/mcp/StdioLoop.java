package io.flowledger.deploy.mcp;

import io.flowledger.deploy.cli.ServerClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * MCP over standard input and output: a message on each line. A few are answered at a time, and no
 * more are read before one of them is; what is asked is answered before the end, also when the
 * input has ended. The SDK's own transport drops such answers, and ends with the first line that is
 * no message.
 */
final class StdioLoop {

  private static final int AT_ONCE = 4;
  private static final int MOST_BYTES = 1 << 20;
  private static final long LONGEST_SECONDS = 90;

  private final LedgerProtocol protocol;
  private final ServerClient client;
  private final PrintWriter out;

  StdioLoop(LedgerProtocol protocol, ServerClient client, PrintWriter out) {
    this.protocol = protocol;
    this.client = client;
    this.out = out;
  }

  /** Answers messages until there are no more, or nobody reads the answers. */
  void run(InputStream from) throws IOException, InterruptedException {
    InputStream input = new BufferedInputStream(from);
    Semaphore room = new Semaphore(AT_ONCE);
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      while (next(input, line) && !out.checkError()) {
        String message = line.toString(StandardCharsets.UTF_8);
        if (!message.isBlank()) {
          room.acquire();
          threads.execute(
              () -> {
                try {
                  protocol.answer(message, client).ifPresent(reply -> write(reply.text()));
                } finally {
                  room.release();
                }
              });
        }
      }
    } finally {
      threads.shutdown();
      if (!threads.awaitTermination(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    }
  }

  /**
   * Reads a line. Of one that is too long the beginning is kept: that is no JSON, and is answered
   * so.
   *
   * @return false at the end of the input
   */
  private static boolean next(InputStream input, ByteArrayOutputStream line) throws IOException {
    line.reset();
    int read = input.read();
    if (read < 0) {
      return false;
    }
    for (; read >= 0 && read != '\n'; read = input.read()) {
      if (line.size() < MOST_BYTES) {
        line.write(read);
      }
    }
    return true;
  }

  private synchronized void write(String message) {
    out.print(message + "\n");
    out.flush();
  }
}
