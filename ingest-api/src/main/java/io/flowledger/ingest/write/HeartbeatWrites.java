package io.flowledger.ingest.write;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.event.Heartbeat;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.schemas.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Appends heartbeats. Beats of one object within one second are one record: they say the same,
 * since heartbeats are kept to the second.
 */
public final class HeartbeatWrites {

  private static final int REMEMBERED = 100_000;
  private static final long MILLIS = 1000;

  private record Beat(long second, CompletableFuture<Position> appended) {}

  private final EventLog log;
  private final Cache<String, Beat> latest =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  public HeartbeatWrites(EventLog log) {
    this.log = log;
  }

  /** The key of its records. */
  public static String object(long run, Optional<Long> task) {
    return task.map(id -> "task/" + id).orElseGet(() -> "run/" + run);
  }

  /**
   * Beats a run, or one of its tasks.
   *
   * @return where the heartbeat is, or the one of the same second that stands for it; completes on
   *     a thread that must not block
   */
  public CompletionStage<Position> beat(
      String flowId, long run, Optional<Long> task, long epochMillis) {
    String object = object(run, task);
    long second = epochMillis / MILLIS;
    Optional<Beat> same =
        Optional.ofNullable(latest.getIfPresent(object))
            .filter(beat -> beat.second() == second)
            .filter(beat -> !beat.appended().isCompletedExceptionally());
    if (same.isPresent()) {
      return same.get().appended();
    }
    CompletableFuture<Position> appended = new CompletableFuture<>();
    latest.put(object, new Beat(second, appended));
    log.beat(
        flowId,
        object,
        new Heartbeat(flowId, run, task.orElse(null), epochMillis),
        EventLog.Acknowledgement.of(appended::complete, appended::completeExceptionally));
    return appended;
  }
}
