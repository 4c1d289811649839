package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.ThreeBrokers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** A coordinator that is cut off from the other brokers, together with a node of its group. */
class CoordinatorProofIT {

  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final GroupWatch.Member SELF = new GroupWatch.Member("a-1", "a:8081");

  private final Lease lease = new Lease(SESSION, System::nanoTime, System::currentTimeMillis);
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicReference<GroupWatch.Seen> first = new AtomicReference<>();
  private final AtomicReference<GroupWatch.Seen> last = new AtomicReference<>();

  private void seen(GroupWatch.Seen group) {
    first.compareAndSet(null, group);
    last.set(group);
    if (group.has(SELF)) {
      lease.renew(group.asked());
    }
  }

  @Test
  void itsWordIsNotEnoughForALease() throws Exception {
    try (ThreeBrokers brokers = new ThreeBrokers()) {
      Map<String, Object> clients = Map.of("bootstrap.servers", brokers.bootstrapServers());
      try (Admin admin = Admin.create(clients);
          Admin proofs = Admin.create(clients);
          KafkaConsumer<byte[], byte[]> member = member(brokers)) {
        admin.createTopics(List.of(new NewTopic("log", 1, (short) 3))).all().get();
        member.subscribe(List.of("log"));
        CoordinatorProof proof =
            new CoordinatorProof(proofs, "g", "log", lease, left::incrementAndGet);
        try (GroupWatch watch = new GroupWatch(admin, "g", lease, proof, this::seen).start()) {
          await().until(() -> first.get() != null);
          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> {
                    member.poll(Duration.ofMillis(50));
                    return lease.isValid();
                  });
          int coordinator = coordinator(admin);

          brokers.others(coordinator, ChildProcess::pause);

          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () -> {
                    member.poll(Duration.ofMillis(50));
                    return !lease.isValid();
                  });
          assertThat(told(last).has(SELF)).as("it says so still").isTrue();
          assertThat(System.nanoTime() - told(last).asked().nanos())
              .as("nanoseconds since it was asked that")
              .isLessThan(Lease.LENGTH.toNanos());

          brokers.others(coordinator, ChildProcess::goOn);

          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> {
                    member.poll(Duration.ofMillis(50));
                    return lease.isValid();
                  });

          member.close();
          await().atMost(Duration.ofSeconds(30)).until(() -> told(last).members().isEmpty());
          assertThat(told(last).exists()).as("a group that nobody is in").isTrue();
          watch.leaveNobody();
        }
        assertThat(left).as("what was said when there was nothing yet").hasValue(0);
        nextOneSees(proofs, 1);
        nextOneSees(proofs, 1); // that one was not the last to leave
        assertThat(told(first).exists()).as("a group that there never was").isFalse();
      }
    }
  }

  private static GroupWatch.Seen told(AtomicReference<GroupWatch.Seen> seen) {
    return Objects.requireNonNull(seen.get());
  }

  private void nextOneSees(Admin proofs, int leftBefore) {
    Lease next = new Lease(SESSION, System::nanoTime, System::currentTimeMillis);
    new CoordinatorProof(proofs, "g", "log", next, left::incrementAndGet).ask();
    next.renew(next.now());
    await().until(next::isValid);
    assertThat(left).hasValue(leftBefore);
  }

  private static int coordinator(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of("g")).all().get().values().stream()
        .findFirst()
        .orElseThrow()
        .coordinator()
        .id();
  }

  private static KafkaConsumer<byte[], byte[]> member(ThreeBrokers brokers) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            brokers.bootstrapServers(),
            "group.id",
            "g",
            "group.instance.id",
            SELF.instance(),
            "client.id",
            "flowledger@" + SELF.address() + "-StreamThread-1-consumer",
            "session.timeout.ms",
            (int) SESSION.toMillis(),
            "heartbeat.interval.ms",
            500),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
