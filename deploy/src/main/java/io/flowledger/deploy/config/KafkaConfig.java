package io.flowledger.deploy.config;

import java.time.Duration;
import java.util.Map;

/** The Kafka that has the log: one in this process, or a cluster elsewhere. */
public sealed interface KafkaConfig {

  /** Bytes of the disk that stay free with an embedded Kafka. */
  long MIN_FREE_DISK = 512 << 20;

  /** How long a start waits for a cluster. */
  Duration TIMEOUT = Duration.ofSeconds(60);

  /** Settings of all Kafka clients, under Kafka's names. */
  Map<String, String> properties();

  /** The same Kafka with other settings of its clients. */
  KafkaConfig withProperties(Map<String, String> properties);

  /**
   * A broker in this process, on the loopback interface.
   *
   * @param port of the broker, 0 for any that is free
   * @param durability what an acknowledged event survives
   * @param minFreeDisk bytes of its disk that have to be free for writes to be taken; 0 for none
   * @param properties settings of all Kafka clients
   * @param acceptLoss whether to start on a folder that lacks what it has acknowledged
   */
  record Embedded(
      int port,
      Durability durability,
      long minFreeDisk,
      Map<String, String> properties,
      boolean acceptLoss)
      implements KafkaConfig {

    /** With the reserve that is the default, and one that does not accept a loss. */
    public Embedded(int port, Durability durability, Map<String, String> properties) {
      this(port, durability, MIN_FREE_DISK, properties, false);
    }

    /** The same with another reserve. */
    public Embedded withMinFreeDisk(long other) {
      return new Embedded(port, durability, other, properties, acceptLoss);
    }

    /** The same one, which goes on with what is left. */
    public Embedded acceptingLoss() {
      return new Embedded(port, durability, minFreeDisk, properties, true);
    }

    @Override
    public Embedded withProperties(Map<String, String> others) {
      return new Embedded(port, durability, minFreeDisk, others, acceptLoss);
    }
  }

  /**
   * A cluster elsewhere.
   *
   * @param bootstrapServers as Kafka's clients take them
   * @param timeout how long a start waits for it
   * @param properties settings of all Kafka clients
   */
  record Cluster(String bootstrapServers, Duration timeout, Map<String, String> properties)
      implements KafkaConfig {

    /** With the timeout that is the default. */
    public Cluster(String bootstrapServers, Map<String, String> properties) {
      this(bootstrapServers, TIMEOUT, properties);
    }

    @Override
    public Cluster withProperties(Map<String, String> others) {
      return new Cluster(bootstrapServers, timeout, others);
    }
  }

  /** What an acknowledged event survives where there is one copy of the data. */
  enum Durability {
    /** A power cut: it is on disk. */
    DISK,
    /** A killed process: the operating system has it. */
    PROCESS
  }
}
