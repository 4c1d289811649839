package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of clusters that do not answer. */
class KafkaConnectionTest {

  private final List<String> lines = new ArrayList<>();

  private void await(Map<String, Object> clients, Duration timeout) {
    KafkaConnection.await(clients, timeout, lines::add);
  }

  @Test
  void aClusterThatDoesNotAnswerIsWaitedForWithLines() {
    String nowhere = "127.0.0.1:" + Ports.free();

    assertThatThrownBy(() -> await(Map.of("bootstrap.servers", nowhere), Duration.ofSeconds(12)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "no Kafka answers at " + nowhere + ", for the 12 s of --kafka-timeout (")
        .hasMessageEndingWith("; check the address, and security.protocol in --kafka-property");
    assertThat(lines)
        .isNotEmpty()
        .allMatch(line -> line.startsWith("no Kafka answers at " + nowhere + " yet ("));
  }

  @Test
  void aNameThatIsNotKnownYetIsWaitedForToo() {
    assertThatThrownBy(
            () -> await(Map.of("bootstrap.servers", "nowhere.invalid:9092"), Duration.ofMillis(1)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("(the name is not known)");
  }

  @Test
  void aPropertyThatCannotBeEndsAtOnce() {
    assertThatThrownBy(
            () ->
                await(
                    Map.of("bootstrap.servers", "127.0.0.1:1", "security.protocol", "MAGIC"),
                    Duration.ofMinutes(5)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka at 127.0.0.1:1 cannot be used: ")
        .hasMessageContaining("MAGIC");
  }
}
