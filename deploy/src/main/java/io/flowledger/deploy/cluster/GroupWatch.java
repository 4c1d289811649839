package io.flowledger.deploy.cluster;

import io.flowledger.projector.ProjectorConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator of the group several times a second who is in it. The client of Kafka
 * Streams knows less: it cannot say when it was last told that it is in the group.
 */
final class GroupWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupWatch.class);
  private static final long ASK_EVERY_MS = 400;
  private static final long PROOF_EVERY_MS = 1000;
  private static final int ASK_LIMIT_MS = 3000;
  private static final int MOST_OPEN_QUESTIONS = 4;

  /**
   * A process in the group.
   *
   * @param instance the name by which it comes back to its place
   * @param address {@code host:port} of its internal port
   */
  record Member(String instance, String address) {}

  /**
   * What the group was when it was asked.
   *
   * @param exists whether there is such a group, be it that nobody is in it any more
   * @param ids of those who have the names now; nobody else ever has the same one
   */
  record Seen(Lease.Instant asked, boolean exists, List<Member> members, Map<String, String> ids) {
    boolean has(Member member) {
      return members.contains(member);
    }

    /** Who has a name. */
    Optional<String> idOf(String instance) {
      return Optional.ofNullable(ids.get(instance));
    }
  }

  private final Admin admin;
  private final String group;
  private final Lease lease;
  private final CoordinatorProof proof;
  private final Consumer<Seen> told;
  private volatile boolean seen;
  private final AtomicInteger open = new AtomicInteger();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "group-watch");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param admin closed with this
   * @param proof asked for as well, now and then
   * @param told is told what the group is; must not block
   */
  GroupWatch(Admin admin, String group, Lease lease, CoordinatorProof proof, Consumer<Seen> told) {
    this.proof = proof;
    this.admin = admin;
    this.group = group;
    this.lease = lease;
    this.told = told;
  }

  GroupWatch start() {
    clock.scheduleAtFixedRate(this::ask, 0, ASK_EVERY_MS, TimeUnit.MILLISECONDS);
    clock.scheduleAtFixedRate(
        () -> {
          if (seen) {
            proof.ask();
          }
        },
        PROOF_EVERY_MS,
        PROOF_EVERY_MS,
        TimeUnit.MILLISECONDS);
    return this;
  }

  private void ask() {
    if (open.get() >= MOST_OPEN_QUESTIONS) {
      return; // these will end by their time limit
    }
    open.incrementAndGet();
    try {
      Lease.Instant asked = lease.now();
      admin
          .describeConsumerGroups(
              List.of(group), new DescribeConsumerGroupsOptions().timeoutMs(ASK_LIMIT_MS))
          .all()
          .whenComplete((described, failure) -> answered(asked, described, failure));
    } catch (RuntimeException | Error e) { // an error would be the end of the clock
      open.decrementAndGet();
      LOG.warn("the group {} cannot be asked for", group, e); // once more in a moment
    }
  }

  private void answered(
      Lease.Instant asked,
      @Nullable Map<String, ConsumerGroupDescription> described,
      @Nullable Throwable failure) {
    open.decrementAndGet();
    if (described != null) {
      List<MemberDescription> members =
          described.values().stream().flatMap(found -> found.members().stream()).toList();
      Map<String, String> ids = new HashMap<>();
      for (MemberDescription member : members) {
        member.groupInstanceId().ifPresent(instance -> ids.put(instance, member.consumerId()));
      }
      tell(
          new Seen(
              asked,
              described.values().stream().anyMatch(found -> found.groupState() != GroupState.DEAD),
              members.stream().flatMap(member -> member(member).stream()).toList(),
              ids));
    } else if (failure instanceof CompletionException
        && failure.getCause() instanceof GroupIdNotFoundException) {
      tell(new Seen(asked, false, List.of(), Map.of()));
    } else {
      LOG.debug("the group {} does not answer", group, failure);
    }
  }

  private void tell(Seen group) {
    told.accept(group);
    if (!seen) {
      seen = true;
      proof.ask();
    }
  }

  private static Optional<Member> member(MemberDescription member) {
    return ProjectorConfig.addressOf(member.clientId())
        .flatMap(
            address -> member.groupInstanceId().map(instance -> new Member(instance, address)));
  }

  /** This process gets no lease from now on, and nobody has one. Blocks, but not for long. */
  void leaveNobody() {
    proof.leaveNobody();
  }

  /** Takes from a process that is no more its place in the group, which others get then. */
  void evict(Member gone) {
    admin
        .removeMembersFromConsumerGroup(
            group,
            new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(gone.instance()))))
        .all()
        .whenComplete(
            (done, failure) ->
                LOG.info(
                    "node {} is gone: its partitions go to others{}",
                    gone.address(),
                    failure == null ? "" : " when its session expires (" + failure + ")"));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    admin.close(java.time.Duration.ZERO);
  }
}
