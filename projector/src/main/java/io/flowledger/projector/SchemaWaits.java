package io.flowledger.projector;

import io.flowledger.projector.projection.Partitioner;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records whose schema the registry cannot be asked about now. Such a record may be fine, so it is
 * no dead letter, and what comes behind it must not overtake it: whoever applies it waits, and asks
 * again until there is an answer. The views stay readable meanwhile, and writes go on.
 *
 * <p>It is safe to ask again, since projections look at the schema before they write anything.
 */
final class SchemaWaits implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaWaits.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<Thread, String> reasons = new ConcurrentHashMap<>();

  SchemaWaits(MeterRegistry metrics) {
    Gauge.builder("flowledger.schema.waits", reasons, Map::size)
        .description("Threads that wait for the schema registry before they go on with a view")
        .register(metrics);
  }

  /** Why something waits, if it does. */
  Optional<String> reason() {
    return reasons.values().stream()
        .findFirst()
        .map(reason -> "views do not advance, since " + reason);
  }

  /**
   * The same projection, but patient. Ends with a {@link WakeupException} when this is closed or
   * its thread is interrupted.
   */
  RecordProjection around(RecordProjection projection) {
    return new RecordProjection() {
      @Override
      public Verdict apply(byte[] key, byte @Nullable [] value, long offset, ViewWriter view) {
        try {
          return projection.apply(key, value, offset, view);
        } catch (SchemaRegistryException e) {
          return applyLater(projection, key, value, offset, view, e);
        }
      }

      @Override
      public RecordProjection in(int partition, Partitioner partitioner) {
        return around(projection.in(partition, partitioner));
      }
    };
  }

  private Verdict applyLater(
      RecordProjection projection,
      byte[] key,
      byte @Nullable [] value,
      long offset,
      ViewWriter view,
      SchemaRegistryException first) {
    LOG.warn("the record at offset {} waits, since {}", offset, first.getMessage());
    Duration pause = FIRST_PAUSE;
    SchemaRegistryException reason = first;
    try {
      while (true) {
        reasons.put(Thread.currentThread(), String.valueOf(reason.getMessage()));
        pause(pause);
        try {
          Verdict verdict = projection.apply(key, value, offset, view);
          LOG.info("the record at offset {} does not wait any more", offset);
          return verdict;
        } catch (SchemaRegistryException again) {
          reason = again;
          Duration longer = pause.multipliedBy(2);
          pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
      }
    } finally {
      reasons.remove(Thread.currentThread());
    }
  }

  private void pause(Duration time) {
    try {
      if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new WakeupException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WakeupException();
    }
  }

  /** Whoever waits gives up. */
  @Override
  public void close() {
    closed.countDown();
  }
}
