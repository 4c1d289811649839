package io.flowledger.ingest.imports;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.schemas.Position;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Appends that are on their way, of which there is a bounded number and amount. After the first
 * failure there is no further one.
 */
final class AppendWindow {

  private static final int MOST = 1000;
  private static final long MOST_BYTES = 8 << 20; // an eighth of what the producer has room for

  private record Place(Position.Log log, int partition) {}

  private int onTheirWay;
  private long bytesOnTheirWay;
  private Optional<Exception> failure = Optional.empty();
  private final Map<Place, Position> last = new ConcurrentHashMap<>();

  /** Appends something. */
  interface Append {
    void append(EventLog.Acknowledgement acknowledgement);
  }

  /**
   * Appends when there is room. Blocks until then.
   *
   * @throws RefusedException 503 when an append has failed
   */
  void append(int bytes, Append append) {
    awaitAtMost(MOST - 1, MOST_BYTES - bytes);
    synchronized (this) {
      onTheirWay++;
      bytesOnTheirWay += bytes;
    }
    append.append(
        EventLog.Acknowledgement.of(
            position -> {
              last.merge(
                  new Place(position.log(), position.partition()),
                  position,
                  (before, after) -> after.offset() > before.offset() ? after : before);
              done(bytes, Optional.empty());
            },
            cause -> done(bytes, Optional.of(cause))));
  }

  private synchronized void done(int bytes, Optional<Exception> cause) {
    onTheirWay--;
    bytesOnTheirWay -= bytes;
    failure = failure.or(() -> cause);
    notifyAll();
  }

  /** Waits until nothing is on its way. */
  void drain() {
    awaitAtMost(0, 0);
  }

  /** The same, whatever has failed: then it is known what is in the log. */
  synchronized void settle() {
    boolean interrupted = Thread.interrupted();
    while (onTheirWay > 0) {
      try {
        wait(); // the producer gives up on each in the end
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The first one of all is let through, however large it is. */
  private synchronized void awaitAtMost(int count, long bytes) {
    try {
      while (onTheirWay > 0 && (onTheirWay > count || bytesOnTheirWay > bytes)) {
        wait(); // the producer gives up on each in the end
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RefusedException.unavailable("interrupted");
    }
    if (failure.isPresent()) {
      throw AppendFailure.refusal(failure.get());
    }
  }

  /** The last positions that have been appended to. */
  Stream<Position> lastPositions() {
    return last.values().stream();
  }
}
