package io.flowledger.deploy.config;

/**
 * The topics of the log.
 *
 * @param prefix what the names of the topics start with
 * @param schemasTopic name of the topic that holds the schemas
 * @param partitions of the events topic
 * @param replication copies of every partition
 * @param maxEventBytes largest event
 */
public record TopicsConfig(
    String prefix, String schemasTopic, int partitions, short replication, int maxEventBytes) {

  /** The same topics with other partitions. */
  public TopicsConfig withPartitions(int others) {
    return new TopicsConfig(prefix, schemasTopic, others, replication, maxEventBytes);
  }
}
