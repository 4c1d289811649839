package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.log.Writability;
import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogWatchTest {

  private static final Node BROKER = new Node(1, "127.0.0.1", 9092);
  private static final String SILENT = "the log cannot be written: no broker answers";
  private static final String LEADERLESS = "the log cannot be written: a partition has no leader";

  private final AtomicLong nanos = new AtomicLong();
  private final Writability writability = new Writability(nanos::get);
  private final LogWatch watch =
      new LogWatch(
          () -> {
            throw new AssertionError();
          },
          new Topics(
              "flowledger.", "_schemas", 1, (short) 1, Topics.Flush.OPERATING_SYSTEM, 1 << 20),
          new DiskReserve(Path.of("/data"), 0, () -> 0, writability),
          writability,
          asked -> {});

  private static Map<String, TopicDescription> led(@Nullable Node by) {
    TopicPartitionInfo partition = new TopicPartitionInfo(0, by, List.of(BROKER), List.of(BROKER));
    return Map.of("t", new TopicDescription("t", false, List.of(partition)));
  }

  private Optional<String> silent() {
    nanos.addAndGet(5_000_000_000L);
    watch.answered(null, new TimeoutException());
    return writability.reason();
  }

  private Optional<String> answered(@Nullable Node leader) {
    nanos.addAndGet(5_000_000_000L);
    watch.answered(led(leader), null);
    return writability.reason();
  }

  @Test
  void aBrokerThatIsSilentTwiceIsAwayUntilItAnswers() {
    assertThat(silent()).isEmpty();
    assertThat(answered(BROKER)).isEmpty();
    assertThat(silent()).isEmpty();
    assertThat(silent()).contains(SILENT);
    assertThat(silent()).contains(SILENT);
    assertThat(answered(BROKER)).isEmpty();
  }

  @Test
  void aPartitionWithoutALeaderCannotBeWritten() {
    assertThat(answered(null)).isEmpty();
    assertThat(answered(Node.noNode())).contains(LEADERLESS);
    assertThat(answered(BROKER)).isEmpty();
  }

  @Test
  void aClusterThatDoesNotTellMayStillTakeWrites() {
    watch.answered(null, new TopicAuthorizationException("not to you"));
    watch.answered(null, new TopicAuthorizationException("not to you"));
    assertThat(writability.reason()).isEmpty();
  }
}
