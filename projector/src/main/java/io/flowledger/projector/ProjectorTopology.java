package io.flowledger.projector;

import io.flowledger.projector.log.DeadLetter;
import io.flowledger.projector.log.LogInspector;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Two topics, each with a view of its own, in one sub-topology, so that one process has both views
 * of a partition; and the dead letters of both.
 */
final class ProjectorTopology {

  private static final String DEAD_LETTERS = "dead-letters";

  private ProjectorTopology() {}

  /** One topic and the store that is its view. */
  record Part(
      ViewKind kind,
      RocksResources resources,
      LogInspector log,
      ViewStore.Listener listener,
      PollEnd.Ends ends,
      ProjectorMetrics metrics) {

    String processor() {
      return kind.name() + "-processor";
    }
  }

  static Topology of(Part events, Part heartbeats, Topics topics) {
    Topology topology = new Topology();
    add(topology, events, topics);
    add(topology, heartbeats, topics);
    topology.connectProcessorAndStateStores(heartbeats.processor(), events.kind().name());
    topology.addSink(
        DEAD_LETTERS,
        topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        events.processor(),
        heartbeats.processor());
    return topology;
  }

  private static void add(Topology topology, Part part, Topics topics) {
    topology.addReadOnlyStateStore(
        new Builder(part),
        part.kind().name() + "-source",
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        part.kind().topic(),
        part.processor(),
        forwarding(
            () ->
                new ViewProcessor(
                    part.kind().name(),
                    part.ends(),
                    part.metrics(),
                    DeadLetter.mostBytes(topics))));
  }

  /**
   * The processor of a read-only store is declared to forward nothing. Ours forwards dead letters,
   * so that they are flushed before the offsets are committed; the runtime lets it.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static ProcessorSupplier<byte[], byte[], Void, Void> forwarding(
      ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier) {
    return (ProcessorSupplier) supplier;
  }

  /** Builds stores without a changelog of their own: their topic is one. */
  private record Builder(Part part) implements StoreBuilder<ViewStore> {

    @Override
    public ViewStore build() {
      return new ViewStore(part.kind(), part.resources(), part.log(), part.listener());
    }

    @Override
    public String name() {
      return part.kind().name();
    }

    @Override
    public StoreBuilder<ViewStore> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<ViewStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<ViewStore> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("the topic itself is the changelog");
    }

    @Override
    public StoreBuilder<ViewStore> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
