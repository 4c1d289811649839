package io.flowledger.projector;

import io.flowledger.projector.fixture.FakeLog;
import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.CommitCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.jspecify.annotations.Nullable;

/** What Kafka Streams shows a store of itself, and how it restores it. */
final class StoreContext implements StateStoreContext {

  private final File directory;
  private @Nullable RecordBatchingStateRestoreCallback restore;

  StoreContext(Path directory) {
    this.directory = directory.toFile();
  }

  void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    Objects.requireNonNull(restore, "the store has not registered").restoreBatch(records);
  }

  void restore(ConsumerRecord<byte[], byte[]> record) {
    restore(List.of(record));
  }

  @Override
  public TaskId taskId() {
    return new TaskId(0, FakeLog.PARTITION.partition());
  }

  @Override
  public File stateDir() {
    return directory;
  }

  @Override
  public void register(StateStore store, StateRestoreCallback callback) {
    restore = (RecordBatchingStateRestoreCallback) callback;
  }

  @Override
  public void register(StateStore store, StateRestoreCallback callback, CommitCallback commit) {
    register(store, callback);
  }

  @Override
  public String applicationId() {
    return "test";
  }

  @Override
  public Optional<RecordMetadata> recordMetadata() {
    return Optional.empty();
  }

  @Override
  public Serde<?> keySerde() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Serde<?> valueSerde() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StreamsMetrics metrics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Object> appConfigs() {
    return Map.of();
  }

  @Override
  public Map<String, Object> appConfigsWithPrefix(String prefix) {
    return Map.of();
  }
}
