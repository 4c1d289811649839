package io.flowledger.projector.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.readmodel.LogUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EventReaderTest {

  /** Kafka's own limit is a minute. */
  @Test
  @Timeout(20)
  void brokersThatDoNotAnswerAreNotWaitedForLongerThanSaid() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EventReader reader =
            new EventReader(
                "events",
                Map.of(
                    CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                    "127.0.0.1:" + silent.getLocalPort()),
                Duration.ofMillis(200))) {
      assertThatThrownBy(() -> reader.read(5, new long[] {99}, record -> true))
          .isInstanceOf(LogUnavailableException.class)
          .hasMessageStartingWith("events-5 cannot be read: ");
    }
  }
}
