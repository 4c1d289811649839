package io.flowledger.deploy.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that whoever answers for the group is its coordinator still. What a group is, a coordinator
 * says from its memory, also when it has been cut off, and another broker has taken its place. So
 * it is given something to write: an offset of a group that nobody is in, and that is in the same
 * partition of Kafka's offsets. That is acknowledged when all in-sync replicas have it, one of
 * which any other coordinator would be.
 *
 * <p>The last node that leaves in order notes with that offset that nobody has a lease, so that
 * whoever starts next need not wait for one. Nobody gets a lease without overwriting that.
 */
final class CoordinatorProof {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorProof.class);
  private static final int LIMIT_MS = 3000;
  private static final int NOTE_LIMIT_MS = 1000;
  private static final int PARTITIONS_BY_DEFAULT = 50;
  private static final String NOBODY_HAS_A_LEASE = "nobody has a lease";
  private static final String NOBODY_IN_IT = "-coordinator-";

  private final Admin admin;
  private final String group;
  private final TopicPartition anyPartition;
  private final Lease lease;
  private final Runnable nobodyHasALease;
  private final AtomicBoolean open = new AtomicBoolean();
  private final AtomicBoolean refused = new AtomicBoolean();
  private volatile boolean noteIsRead;
  private volatile boolean left;
  private volatile @Nullable String written; // the group that nobody is in, when it is known

  /**
   * @param admin for this alone: what waits for a replica would keep all else waiting
   * @param topic one that is there
   * @param nobodyHasALease is told so, before this process has one
   */
  CoordinatorProof(Admin admin, String group, String topic, Lease lease, Runnable nobodyHasALease) {
    this.nobodyHasALease = nobodyHasALease;
    this.admin = admin;
    this.group = group;
    this.anyPartition = new TopicPartition(topic, 0);
    this.lease = lease;
  }

  /**
   * A group in the same partition of the topic of the offsets.
   *
   * @param partitions of that topic
   */
  static String besides(String group, int partitions) {
    int number = 0;
    String name;
    do {
      name = group + NOBODY_IN_IT + number++;
    } while (partition(name, partitions) != partition(group, partitions));
    return name;
  }

  /** As brokers do it. */
  static int partition(String group, int partitions) {
    return Utils.abs(group.hashCode()) % partitions;
  }

  /**
   * Asks for a proof, unless there is one being waited for; to be called all the time, after the
   * group has been seen.
   */
  void ask() {
    if (!left && open.compareAndSet(false, true)) { // what is open ends by its time limit
      goOn();
    }
  }

  private void goOn() {
    try {
      String name = written;
      if (name == null) {
        lookForPartitions();
      } else if (!noteIsRead) {
        readNote(name);
      } else {
        write(name);
      }
    } catch (RuntimeException e) {
      open.set(false);
      LOG.warn("the coordinator of group {} cannot be asked", group, e); // once more in a moment
    }
  }

  private void write(String name) {
    Lease.Instant asked = lease.now();
    admin
        .alterConsumerGroupOffsets(
            name,
            Map.of(anyPartition, new OffsetAndMetadata(0)),
            new AlterConsumerGroupOffsetsOptions().timeoutMs(LIMIT_MS))
        .all()
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                lease.confirm(asked);
              } else {
                failed(failure);
              }
              open.set(false);
            });
  }

  private void lookForPartitions() {
    admin
        .describeTopics(
            List.of(Topic.GROUP_METADATA_TOPIC_NAME),
            new DescribeTopicsOptions().timeoutMs(LIMIT_MS))
        .allTopicNames()
        .whenComplete(
            (described, failure) -> {
              if (described != null) {
                described.values().forEach(this::found);
                goOn();
              } else if (cause(failure) instanceof AuthorizationException) {
                written = besides(group, PARTITIONS_BY_DEFAULT);
                goOn();
              } else {
                if (!(cause(failure) instanceof UnknownTopicOrPartitionException)) {
                  failed(failure); // it is made when a coordinator is looked for the first time
                }
                open.set(false);
              }
            });
  }

  private void readNote(String name) {
    admin
        .listConsumerGroupOffsets(name, new ListConsumerGroupOffsetsOptions().timeoutMs(LIMIT_MS))
        .partitionsToOffsetAndMetadata()
        .whenComplete(
            (offsets, failure) -> {
              if (failure != null && !(cause(failure) instanceof GroupIdNotFoundException)) {
                failed(failure);
                open.set(false);
                return;
              }
              OffsetAndMetadata noted = offsets == null ? null : offsets.get(anyPartition);
              if (noted != null && noted.metadata().equals(NOBODY_HAS_A_LEASE)) {
                nobodyHasALease.run();
              }
              noteIsRead = true;
              goOn();
            });
  }

  /**
   * Notes that nobody has a lease, this process included, which gets none from now on. Blocks, but
   * not for long: without the note, whoever starts next waits.
   */
  void leaveNobody() {
    left = true;
    String name = written;
    if (name == null) {
      return;
    }
    try {
      admin
          .alterConsumerGroupOffsets(
              name,
              Map.of(anyPartition, new OffsetAndMetadata(0, NOBODY_HAS_A_LEASE)),
              new AlterConsumerGroupOffsetsOptions().timeoutMs(NOTE_LIMIT_MS))
          .all()
          .get();
    } catch (ExecutionException e) {
      LOG.debug("the next start waits for leases", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void found(TopicDescription offsets) {
    written = besides(group, offsets.partitions().size());
  }

  private void failed(@Nullable Throwable failure) {
    if (cause(failure) instanceof AuthorizationException && refused.compareAndSet(false, true)) {
      LOG.error(
          "this node answers nothing, since it may not write the offsets of groups whose names"
              + " start with {} (Read on the groups): {}",
          group,
          String.valueOf(failure));
    } else {
      LOG.debug("the coordinator of group {} does not write", group, failure);
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }
}
