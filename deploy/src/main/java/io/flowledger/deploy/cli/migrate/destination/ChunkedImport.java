package io.flowledger.deploy.cli.migrate.destination;

import io.flowledger.deploy.cli.ServerClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Imports lines in chunks: while the server has one, the next one is gathered. What has been
 * imported for good is told in the order of the lines.
 */
public final class ChunkedImport implements AutoCloseable {

  /** Is told of chunks, on the thread that adds the lines. */
  public interface Listener {

    /**
     * @param mark what was marked last before the end of the chunk
     */
    void imported(Chunk chunk, Importer.Outcome outcome, Optional<Object> mark);
  }

  private record Sent(Chunk chunk, Optional<Object> mark, Future<Importer.Outcome> outcome) {}

  private final Importer importer;
  private final Listener listener;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "import");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Long> reserve;
  private final int mostLines;
  private Chunk chunk;
  private Optional<Object> mark;
  private Optional<Sent> sent = Optional.empty();

  /**
   * @param mostLines of a chunk
   * @param reserve numbers up to which the server is to give none away from the first chunk on
   */
  public ChunkedImport(
      Importer importer, int mostLines, Map<String, Long> reserve, Listener listener) {
    this.importer = importer;
    this.mostLines = mostLines;
    this.chunk = new Chunk(mostLines);
    this.reserve = new HashMap<>(reserve);
    this.mark = Optional.empty();
    this.listener = listener;
  }

  public void add(String line, int rows) {
    chunk.add(line, rows);
    if (chunk.isFull()) {
      send();
    }
  }

  /** All that belongs to this has been added. */
  public void mark(Object reached) {
    mark = Optional.of(reached);
  }

  private void send() {
    awaitSent();
    Chunk full = chunk;
    chunk = new Chunk(mostLines);
    Map<String, Long> reserved = new HashMap<>(reserve);
    reserve.clear();
    sent = Optional.of(new Sent(full, mark, sender.submit(() -> importer.run(full, reserved))));
  }

  private void awaitSent() {
    if (sent.isEmpty()) {
      return;
    }
    Sent waited = sent.get();
    sent = Optional.empty();
    try {
      listener.imported(waited.chunk, waited.outcome.get(), waited.mark);
    } catch (InterruptedException e) {
      throw ServerClient.interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Has all that was added imported. */
  public void finish() {
    if (!chunk.isEmpty() || !reserve.isEmpty()) {
      send();
    }
    awaitSent();
  }

  /** What was added since the last chunk is dropped. */
  @Override
  public void close() {
    sender.shutdownNow();
  }
}
