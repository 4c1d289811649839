package io.flowledger.deploy.copy;

import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Says to which partition of the target a record goes: to that of its flow. A record that is not
 * where its flow belongs is rejected by the projection, and must be in the target: it goes to a
 * partition where its flow does not belong there either. A record that names no flow goes by the
 * number of its partition.
 */
final class CopyRouter {

  private final int from;
  private final int to;
  private final EventSerde serde;

  /**
   * @param from partitions of the source
   * @param to partitions of the target
   * @param serde reads heartbeats, whose key is not their flow
   */
  CopyRouter(int from, int to, EventSerde serde) {
    this.from = from;
    this.to = to;
    this.serde = serde;
  }

  int partition(CopiedTopic topic, ConsumerRecord<byte[], byte[]> record) {
    return switch (topic) {
      case EVENTS -> partition(record.key(), record.partition());
      case HEARTBEATS -> partition(flowOfHeartbeat(record), record.partition());
      case DEAD_LETTERS, IDS, SCHEMAS -> 0;
    };
  }

  private byte @Nullable [] flowOfHeartbeat(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = Framing.framed(record.headers(), record.value());
    Optional<Heartbeat> heartbeat =
        serde.event(value).filter(Heartbeat.class::isInstance).map(Heartbeat.class::cast);
    return record.key() == null || heartbeat.isEmpty()
        ? null
        : heartbeat.get().getFlowId().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param flow empty where there is none
   * @param source partition that it is in
   */
  private int partition(byte @Nullable [] flow, int source) {
    if (flow == null) {
      return source % to;
    }
    int hash = Utils.toPositive(Utils.murmur2(flow));
    int home = hash % to;
    boolean misplaced = hash % from != source;
    return misplaced && to > 1 ? (home + 1 + source % (to - 1)) % to : home;
  }
}
