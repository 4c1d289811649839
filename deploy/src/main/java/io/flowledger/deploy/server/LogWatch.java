package io.flowledger.deploy.server;

import io.flowledger.ingest.log.Writability;
import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether the log can be written while nobody writes: without it, a server to which no
 * requests are sent since it is not well would never be well again.
 */
final class LogWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LogWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int ASK_EVERY = 5;
  private static final int ASK_LIMIT_MS = 4000;

  /** One answer that is late says nothing, on a machine that is busy. */
  private static final int SILENCES = 2;

  private final Supplier<Admin> connect;
  private final List<String> topics;
  private final DiskReserve disk;
  private final Writability writability;
  private final Consumer<Admin> also;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "log-watch");
            thread.setDaemon(true);
            return thread;
          });
  private int looks;
  private @Nullable Admin admin; // guarded by this
  private boolean closed; // guarded by this
  private int silences; // guarded by this

  /**
   * @param connect makes what asks the brokers, when there is something to ask
   * @param also asks them something too, whenever they are asked; must not block
   */
  LogWatch(
      Supplier<Admin> connect,
      Topics topics,
      DiskReserve disk,
      Writability writability,
      Consumer<Admin> also) {
    this.connect = connect;
    this.also = also;
    this.topics = List.of(topics.events(), topics.heartbeats(), topics.ids());
    this.disk = disk;
    this.writability = writability;
  }

  /** Looks at once, then now and then. */
  LogWatch start() {
    disk.check();
    clock.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void look() {
    try {
      disk.check();
      if (++looks % ASK_EVERY == 0) {
        ask();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("the log cannot be watched", e); // once more in a second
    }
  }

  private synchronized void ask() {
    if (closed) {
      return;
    }
    Admin brokers = admin == null ? connect.get() : admin;
    admin = brokers;
    brokers
        .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(ASK_LIMIT_MS))
        .allTopicNames()
        .whenComplete((described, failure) -> answered(described, cause(failure)));
    also.accept(brokers);
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  /** What the brokers have said of the topics, or why they have not. */
  synchronized void answered(
      @Nullable Map<String, TopicDescription> described, @Nullable Throwable failure) {
    boolean led = described != null && described.values().stream().allMatch(LogWatch::isLed);
    if (failure != null && !(failure instanceof RetriableException)) {
      return; // brokers that do not tell it may still take what is written
    }
    if (led) {
      silences = 0;
      writability.reachable();
    } else if (++silences >= SILENCES) {
      writability.unreachable(
          failure == null
              ? "the log cannot be written: a partition has no leader"
              : "the log cannot be written: no broker answers");
    }
  }

  private static boolean isLed(TopicDescription topic) {
    return topic.partitions().stream()
        .map(TopicPartitionInfo::leader)
        .allMatch(leader -> leader != null && !leader.isEmpty());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    end().ifPresent(last -> last.close(Duration.ZERO));
  }

  private synchronized Optional<Admin> end() {
    closed = true;
    return Optional.ofNullable(admin);
  }
}
