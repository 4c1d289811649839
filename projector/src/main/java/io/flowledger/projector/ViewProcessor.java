package io.flowledger.projector;

import io.flowledger.projector.log.DeadLetter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.schemas.serde.Framing;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one view live, and sends what the projection rejects to the dead letters.
 *
 * <p>A record that is delivered again after a crash is not applied again, but its verdict is still
 * in the view: a dead letter that was not sent before the crash is sent then. It may be sent twice.
 */
final class ViewProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  /** How long a damaged view that nobody writes to is unavailable before it is made again. */
  private static final Duration LOOK_AFTER = Duration.ofMillis(500);

  private final String storeName;
  private final PollEnd.Ends ends;
  private final ProjectorMetrics metrics;
  private final int mostLetterBytes;

  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable ViewStore store;
  private long oldest = Long.MAX_VALUE; // time of those that are not written yet

  /**
   * @param mostLetterBytes that a dead letter may have
   */
  ViewProcessor(
      String storeName, PollEnd.Ends ends, ProjectorMetrics metrics, int mostLetterBytes) {
    this.storeName = storeName;
    this.ends = ends;
    this.metrics = metrics;
    this.mostLetterBytes = mostLetterBytes;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    ViewStore own = context.getStateStore(storeName);
    this.store = own;
    own.goLive();
    context.schedule(LOOK_AFTER, PunctuationType.WALL_CLOCK_TIME, now -> refuseDamage(own));
  }

  /** What is damaged is restored by Kafka Streams, which makes it from the log. */
  private void refuseDamage(ViewStore view) {
    if (view.isDamaged()) {
      throw new TaskCorruptedException(
          Set.of(Objects.requireNonNull(context, "not initialised").taskId()));
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ViewStore view = Objects.requireNonNull(store, "not initialised");
    RecordMetadata source =
        Objects.requireNonNull(context, "not initialised")
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a record without a source"));
    try {
      process(record, view, source);
    } catch (ViewUnavailableException e) {
      refuseDamage(view);
      throw e;
    }
  }

  private void process(Record<byte[], byte[]> record, ViewStore view, RecordMetadata source) {
    Verdict verdict =
        view.apply(record.key(), Framing.framed(record.headers(), record.value()), source.offset());
    metrics.count(source.topic(), verdict);
    oldest = Math.min(oldest, record.timestamp());
    if (verdict instanceof Verdict.Rejected rejected) {
      metrics.deadLetter(source.topic());
      reject(record, source, rejected.reason());
    }
    if (ends.isLast(new TopicPartition(source.topic(), source.partition()), source.offset())) {
      view.write();
      metrics.applied(source.topic(), oldest);
      oldest = Long.MAX_VALUE;
    }
  }

  /** The task is suspended, closed, or made a standby, which keeps the store open. */
  @Override
  public void close() {
    if (store != null) {
      store.standDown();
    }
  }

  @SuppressWarnings("NullAway") // Kafka's records may have neither key nor value
  private void reject(Record<byte[], byte[]> record, RecordMetadata source, String reason) {
    DeadLetter letter =
        DeadLetter.of(
            record.key(),
            record.value(),
            record.headers(),
            new DeadLetter.Source(source.topic(), source.partition(), source.offset()),
            reason,
            mostLetterBytes);
    Objects.requireNonNull(context, "not initialised")
        .forward(new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers()));
  }
}
