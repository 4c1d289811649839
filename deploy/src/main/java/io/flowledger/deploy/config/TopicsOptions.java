package io.flowledger.deploy.config;

import io.flowledger.http.HttpConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The topics of the log, as options. */
public final class TopicsOptions {

  /** The largest event with the default of {@code --max-body}. */
  public static final int DEFAULT_EVENT_BYTES = mostEventBytes(16 << 20);

  private static final int EMBEDDED_PARTITIONS = 4;
  private static final int CLUSTER_PARTITIONS = 24;
  private static final short CLUSTER_REPLICATION = 3;

  /** An entry that says nothing is three bytes of a body, and has what is not said in its event. */
  private static final long EVENT_BYTES_OVER_BODY = 4;

  /** So much do entries that say nothing add at most. */
  private static final long MOST_BYTES_UNSAID = 16 << 20;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--partitions",
      order = HelpSection.LOG,
      description = "Partitions of the log; 4 embedded, 24 on a cluster. Fixed at the first start.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      order = HelpSection.LOG,
      description = "Copies of every partition on a cluster, 3 by default.")
  private @Nullable Short replication;

  @Option(
      names = "--topic-prefix",
      order = HelpSection.LOG,
      defaultValue = "flowledger.",
      description = "What the names of the topics start with.")
  private String topicPrefix = "";

  @Option(
      names = "--schemas-topic",
      order = HelpSection.LOG,
      defaultValue = "_schemas",
      description = "Topic that holds the Avro schemas.")
  private String schemasTopic = "";

  /**
   * @param kafka that has the topics
   * @param http whose largest body has to have room in an event
   * @throws ParameterException when they cannot be
   */
  public TopicsConfig config(KafkaConfig kafka, HttpConfig http) {
    boolean embedded = kafka instanceof KafkaConfig.Embedded;
    OptionRules.contradiction(
        command, replication != null && embedded, "--replication", "the embedded Kafka");
    OptionRules.range(
        command, "--replication", replication == null ? 1 : replication, 1, Short.MAX_VALUE);
    OptionRules.range(command, "--partitions", partitions == null ? 1 : partitions, 1, 10_000);
    return new TopicsConfig(
        topicPrefix,
        schemasTopic,
        partitions != null ? partitions : embedded ? EMBEDDED_PARTITIONS : CLUSTER_PARTITIONS,
        replication != null ? replication : embedded ? 1 : CLUSTER_REPLICATION,
        mostEventBytes(http.maxBodyBytes()));
  }

  private static int mostEventBytes(long maxBody) {
    return Math.toIntExact(Math.min(EVENT_BYTES_OVER_BODY * maxBody, maxBody + MOST_BYTES_UNSAID));
  }
}
