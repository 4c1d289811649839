package io.flowledger.projector;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer group that all projectors are in, as seen by one that has not joined it yet. Every
 * method blocks, and throws {@link KafkaException} when the cluster does not answer.
 */
final class ProjectorGroup implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProjectorGroup.class);

  private final Admin admin;
  private final String name;
  private final String instanceId;

  private ProjectorGroup(Admin admin, String name, String instanceId) {
    this.admin = admin;
    this.name = name;
    this.instanceId = instanceId;
  }

  static ProjectorGroup connect(ProjectorConfig config) {
    return new ProjectorGroup(Admin.create(config.clients()), config.group(), config.instanceId());
  }

  /** Whether no other process is in it. */
  boolean isOnlyOurs() {
    try {
      return answer(admin.describeConsumerGroups(List.of(name)).all(), "group " + name)
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .allMatch(this::isOwn);
    } catch (GroupIdNotFoundException nobodyYet) {
      return true;
    }
  }

  /** A static member stays in the group while its process is away. */
  private boolean isOwn(MemberDescription member) {
    return member
        .groupInstanceId()
        .filter(instance -> instance.startsWith(instanceId + "-"))
        .isPresent();
  }

  /**
   * Gives up the place that this process has from before.
   *
   * @return whether it had one
   */
  boolean leave() {
    // Kafka Streams numbers the members that its threads are; here there is one.
    MemberToRemove self = new MemberToRemove(instanceId + "-1");
    try {
      answer(
          admin
              .removeMembersFromConsumerGroup(
                  name, new RemoveMembersFromConsumerGroupOptions(List.of(self)))
              .all(),
          "group " + name);
      return true;
    } catch (KafkaException e) {
      // Its session has expired, or there is no such group.
      LOG.debug("not in the group", e);
      return false;
    }
  }

  /** The offsets to go on from. */
  Map<TopicPartition, OffsetAndMetadata> committed() {
    return answer(
        admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata(),
        "the offsets of group " + name);
  }

  /**
   * Commits offsets to go on from, for which nobody may be in the group.
   *
   * @return whether that was so
   */
  boolean commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (offsets.isEmpty()) {
      return true;
    }
    leave();
    try {
      answer(admin.alterConsumerGroupOffsets(name, offsets).all(), "group " + name);
      return true;
    } catch (KafkaException e) {
      LOG.debug("offsets not committed", e);
      return false;
    }
  }

  /** Where each partition ends. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return answer(admin.listOffsets(latest).all(), "the ends of the log").entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private static <T> T answer(KafkaFuture<T> future, String what) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException("cannot read " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
