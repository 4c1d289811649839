package io.flowledger.projector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of this process in the group. A static member that comes back gets its partitions
 * without a rebalance, so the others, and it itself, go on reading in the group that it is at the
 * address of before. A process that comes back at another address therefore gives up its old place
 * first.
 */
final class Membership {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final ProjectorConfig config;
  private final String group;
  private final Path addressFile;

  Membership(ProjectorConfig config, String group) {
    this.config = config;
    this.group = group;
    this.addressFile = config.stateDir().resolve("application-server");
  }

  /** Kafka Streams numbers the members that its threads are; here there is one. */
  private MemberToRemove self() {
    return new MemberToRemove(config.instanceId() + "-1");
  }

  /** To be called before joining. */
  void renew() {
    try {
      String address = config.applicationServer();
      String before = Files.exists(addressFile) ? Files.readString(addressFile) : address;
      if (!before.equals(address)) {
        leave(before);
      }
      Files.createDirectories(config.stateDir());
      Files.writeString(addressFile, address);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + addressFile, e);
    }
  }

  private void leave(String before) {
    try (Admin admin = Admin.create(config.clients())) {
      admin
          .removeMembersFromConsumerGroup(
              group, new RemoveMembersFromConsumerGroupOptions(List.of(self())))
          .all()
          .get();
      LOG.info("left the group, to join it at another address than {}", before);
    } catch (ExecutionException e) {
      // Its session has expired, or there is no such group: then nobody knows the old address.
      LOG.debug("not in the group", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
