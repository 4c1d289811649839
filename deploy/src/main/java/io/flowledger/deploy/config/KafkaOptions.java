package io.flowledger.deploy.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The Kafka that has the log, as options. */
public final class KafkaOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--kafka",
      order = HelpSection.LOG,
      paramLabel = "HOST:PORT",
      description = "Bootstrap servers of a Kafka cluster; without it, Kafka runs embedded.")
  private @Nullable String kafka;

  @Option(
      names = "--kafka-property",
      order = HelpSection.LOG,
      paramLabel = "NAME=VALUE",
      split = "\n",
      description =
          "Setting of all Kafka clients, for example security.protocol=SSL; may be repeated. In"
              + " the configuration file: kafka.NAME = VALUE.")
  private Map<String, String> properties = new HashMap<>();

  @Option(
      names = "--kafka-timeout",
      order = HelpSection.TIMES,
      paramLabel = "S",
      description = "So long a start waits for the Kafka cluster to answer; 60 by default.")
  private @Nullable Long timeout;

  @Option(
      names = "--kafka-port",
      order = HelpSection.LOG,
      paramLabel = "PORT",
      description = "Port of the embedded Kafka on 127.0.0.1; 0, the default, for any.")
  private @Nullable Integer port;

  @Option(
      names = "--durability",
      order = HelpSection.LOG,
      paramLabel = "disk|process",
      description =
          "What an acknowledged write survives with the embedded Kafka: disk, the default, a power"
              + " cut; process, which is faster, the death of the process.")
  private KafkaConfig.@Nullable Durability durability;

  @Option(
      names = "--min-free-disk",
      order = HelpSection.LOG,
      paramLabel = "BYTES",
      description =
          "With the embedded Kafka, writes are refused while less of the disk is free; 512 MiB is"
              + " the default, 0 for no limit.")
  private @Nullable Long minFreeDisk;

  @Option(
      names = "--accept-loss",
      order = HelpSection.LOG,
      description =
          "Start on a data folder that lacks records which it has acknowledged, and go on with what"
              + " is left. For one start: without it, such a start is refused, and says what is"
              + " missing.")
  private boolean acceptLoss;

  /**
   * @param ofFile settings of Kafka clients in the configuration file
   * @throws ParameterException when they cannot be
   */
  public KafkaConfig config(Map<String, String> ofFile) {
    OptionRules.contradiction(command, port != null && kafka != null, "--kafka-port", "--kafka");
    OptionRules.contradiction(
        command, durability != null && kafka != null, "--durability", "--kafka");
    OptionRules.contradiction(
        command, minFreeDisk != null && kafka != null, "--min-free-disk", "--kafka");
    OptionRules.range(
        command, "--min-free-disk", minFreeDisk == null ? 0 : minFreeDisk, 0, Long.MAX_VALUE);
    OptionRules.contradiction(command, acceptLoss && kafka != null, "--accept-loss", "--kafka");
    OptionRules.contradiction(
        command, timeout != null && kafka == null, "--kafka-timeout", "the embedded Kafka");
    OptionRules.check(
        command,
        kafka == null || !kafka.isBlank(),
        "--kafka is empty: it names brokers, as in b1:9092,b2:9092; without it, Kafka is embedded");
    Duration patience = timeout == null ? KafkaConfig.TIMEOUT : Duration.ofSeconds(timeout);
    OptionRules.range(command, "--kafka-timeout", patience.toSeconds(), 1, 86_400);
    int embeddedPort = port == null ? 0 : port;
    OptionRules.range(command, "--kafka-port", embeddedPort, 0, OptionRules.LARGEST_PORT);
    Map<String, String> clients = new HashMap<>(ofFile);
    clients.putAll(properties);
    return kafka != null
        ? new KafkaConfig.Cluster(kafka, patience, Map.copyOf(clients))
        : new KafkaConfig.Embedded(
            embeddedPort,
            durability == null ? KafkaConfig.Durability.DISK : durability,
            minFreeDisk == null ? KafkaConfig.MIN_FREE_DISK : minFreeDisk,
            Map.copyOf(clients),
            acceptLoss);
  }
}
