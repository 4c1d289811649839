package io.flowledger.projector.streams;

import io.flowledger.projector.store.PassingFaults;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams, made and started again after each fault that may pass, until it works: Streams
 * itself ends at the first one. It pauses before that, longer each time, while the views that are
 * open stay so and are read. What begins and what ends is a line of the log each. A fault that does
 * not pass, or that comes again and again since another process has the name of this one, is told
 * to whoever can end the process.
 */
public final class LastingStreams {

  private static final Logger LOG = LoggerFactory.getLogger(LastingStreams.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Supplier<KafkaStreams> make;
  private final Consumer<Throwable> failed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile KafkaStreams current;
  private volatile @Nullable String trouble;
  private Duration pause = FIRST_PAUSE; // guarded by this
  private boolean restarting; // guarded by this
  private final Fences fences = new Fences(System::nanoTime);
  private long begun; // guarded by this

  /**
   * @param make makes it anew
   * @param failed is told of a fault that does not pass
   */
  public LastingStreams(Supplier<KafkaStreams> make, Consumer<Throwable> failed) {
    this.make = make;
    this.failed = failed;
    this.current = make.get();
  }

  public void start() {
    begin(current);
  }

  /** The one that runs now. */
  public KafkaStreams current() {
    return current;
  }

  /** Why the views do not advance; empty where they do, as far as is known. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble).map("views do not advance, since "::concat);
  }

  /** To be called now and then: notes when what has been is over, and has been for a while. */
  public synchronized void look() {
    if (trouble != null
        && !restarting
        && current.state() == KafkaStreams.State.RUNNING
        && System.nanoTime() - begun > SETTLED.toNanos()) {
      LOG.info("the views advance again");
      trouble = null;
      pause = FIRST_PAUSE;
    }
  }

  private void begin(KafkaStreams streams) {
    streams.setUncaughtExceptionHandler(fault -> ended(streams, fault));
    streams.start();
  }

  /** On the thread that has failed, whose views are open still. */
  private StreamThreadExceptionResponse ended(KafkaStreams streams, Throwable fault) {
    if (isClosing()) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (fences.isOneTooMany(fault)) {
      failed.accept(new NameTakenException(fault));
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (!PassingFaults.mayPass(fault)) {
      LOG.error("the projector has failed", fault);
      failed.accept(fault);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Duration wait = note(fault);
    if (!waitUnlessClosing(wait)) {
      Thread restart = new Thread(() -> restart(streams), "views-restart");
      restart.setDaemon(true);
      restart.start();
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** How long to wait before the next try. */
  private synchronized Duration note(Throwable fault) {
    if (trouble == null) {
      String why = PassingFaults.explanation(fault);
      trouble = why;
      LOG.warn("the views do not advance, and are opened again until they do: {}", why, fault);
    }
    restarting = true;
    Duration wait = pause;
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    return wait;
  }

  private void restart(KafkaStreams ended) {
    while (!isClosing() && !ended.close(STOP_LIMIT)) {
      LOG.warn("the views do not close");
    }
    while (!isClosing()) {
      try {
        beginAnew();
        return;
      } catch (RuntimeException | Error e) {
        if (!PassingFaults.mayPass(e)) {
          LOG.error("the projector cannot start again", e);
          failed.accept(e);
          return;
        }
        waitUnlessClosing(note(e));
      }
    }
  }

  private void beginAnew() {
    KafkaStreams next = make.get();
    synchronized (this) {
      current = next;
      restarting = false;
      begun = System.nanoTime();
    }
    try {
      begin(next);
    } catch (RuntimeException | Error e) {
      next.close(STOP_LIMIT);
      throw e;
    }
    if (isClosing()) {
      next.close(STOP_LIMIT);
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Whether it is being closed. */
  private boolean waitUnlessClosing(Duration time) {
    try {
      return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return isClosing();
    }
  }

  /** Whoever waits gives up; for that which is to be over before {@link #close}. */
  public void beginClose() {
    closing.countDown();
  }

  public void close(Duration limit) {
    beginClose();
    current.close(limit);
  }

  /** Closes it, and gives its place in the group to the others. */
  public void leave(Duration limit) {
    beginClose();
    current.close(
        CloseOptions.timeout(limit)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
