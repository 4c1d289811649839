package io.flowledger.deploy;

import java.nio.file.Path;

/**
 * The embedded Kafka without the rest of the program. In this package because the program keeps its
 * broker to itself, and benchmarks are no reason to change that.
 */
public final class BenchBroker implements AutoCloseable {

  private final EmbeddedKafka kafka;

  private BenchBroker(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  /**
   * Starts it where a server keeps it.
   *
   * @param data folder of a server
   * @throws StartException when it cannot
   */
  public static BenchBroker start(Path data) {
    return new BenchBroker(EmbeddedKafka.start(data.resolve("kafka"), 0));
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  @Override
  public void close() {
    kafka.close();
  }
}
