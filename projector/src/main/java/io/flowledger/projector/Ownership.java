package io.flowledger.projector;

import io.flowledger.projector.readmodel.Owner;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Owners of partitions: this process where it may answer, else whoever says that they do, else whom
 * the group names.
 */
final class Ownership {

  private final LocalViews views;
  private final Supplier<KafkaStreams> streams;
  private final HostInfo self;
  private final String eventsTopic;
  private final Tenure tenure;

  Ownership(
      LocalViews views,
      Supplier<KafkaStreams> streams,
      HostInfo self,
      String eventsTopic,
      Tenure tenure) {
    this.tenure = tenure;
    this.views = views;
    this.streams = streams;
    this.self = self;
    this.eventsTopic = eventsTopic;
  }

  Owner owner(int partition) {
    if (views.isReadable(partition)) {
      return new Owner.Local();
    }
    Owner said = tenure.elsewhere(partition);
    if (!(said instanceof Owner.Nobody)) {
      return said;
    }
    try {
      return elsewhere(new TopicPartition(eventsTopic, partition));
    } catch (IllegalStateException | StreamsNotStartedException notRunning) {
      return new Owner.Nobody(); // as far as one can know here
    }
  }

  private Owner elsewhere(TopicPartition events) {
    return streams.get().metadataForAllStreamsClients().stream()
        .filter(client -> client.topicPartitions().contains(events))
        .map(client -> client.hostInfo())
        .filter(host -> !host.equals(HostInfo.unavailable()))
        .filter(host -> !host.equals(self)) // given to this process, but not open yet
        .<Owner>map(host -> new Owner.Remote(host.host(), host.port()))
        .findFirst()
        .orElseGet(Owner.Nobody::new);
  }
}
