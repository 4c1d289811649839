package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

  @TempDir private Path folder;

  /** The files of a folder are Kafka's: this also finds out when it names them in another way. */
  @Test
  void onlyAfterAKillIsTheSessionShort() throws IOException {
    Path kafka = folder.resolve("kafka");
    assertThat(EmbeddedKafka.sessionTimeoutMs(kafka)).isEqualTo(9000);
    try (EmbeddedKafka broker = EmbeddedKafka.start(kafka, 0)) {
      assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
      assertThat(EmbeddedKafka.sessionTimeoutMs(kafka)).isEqualTo(1500);
    }
    assertThat(EmbeddedKafka.sessionTimeoutMs(kafka)).isEqualTo(9000);
    Files.delete(kafka.resolve(".kafka_cleanshutdown"));
    assertThat(EmbeddedKafka.sessionTimeoutMs(kafka)).isEqualTo(1500);
  }
}
