package io.flowledger.schemas.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics and their settings.
 *
 * @param prefix what the names of our own topics start with, {@code flowledger.} by default
 * @param schemas name of the topic that holds the schemas, {@code _schemas} by default
 * @param partitions of the events and heartbeats topics
 * @param replication copies of every partition
 * @param flush when the broker forces acknowledged events to disk
 * @param maxMessageBytes largest event
 */
public record Topics(
    String prefix,
    String schemas,
    int partitions,
    short replication,
    Flush flush,
    int maxMessageBytes) {

  private static final String KEEP_FOR_EVER = "-1";
  private static final int ENOUGH_COPIES = 3;

  /** When the broker forces what it acknowledges in the events and ids topics to disk. */
  public enum Flush {
    /** Before it acknowledges: for one copy of the data, a power cut loses nothing. */
    EVERY_MESSAGE,
    /** When the operating system does: a killed process loses nothing, a power cut may. */
    OPERATING_SYSTEM,
    /** As the cluster's administrator has set it: replication makes durable. */
    UNMANAGED
  }

  /** A topic as it has to be. */
  public record Spec(String name, int partitions, short replication, Map<String, String> configs) {}

  public String events() {
    return events(prefix);
  }

  /** Name of the topic of the events where the names of our own topics start so. */
  public static String events(String prefix) {
    return prefix + "events";
  }

  /**
   * Name of the topic that says how far a copy to these topics is; there is none where nothing was
   * copied.
   */
  public static String copy(String prefix) {
    return prefix + "copy";
  }

  /** Name of the group of all servers that keep views of these topics. */
  public static String projectorGroup(String prefix) {
    return prefix + "projector";
  }

  public String heartbeats() {
    return heartbeats(prefix);
  }

  /** Name of the topic of the heartbeats where the names of our own topics start so. */
  public static String heartbeats(String prefix) {
    return prefix + "heartbeats";
  }

  public String ids() {
    return prefix + "ids";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }

  public List<Spec> all() {
    return List.of(
        new Spec(events(), partitions, replication, flushed(keptForEver())),
        new Spec(heartbeats(), partitions, replication, compacted()),
        new Spec(ids(), 1, replication, flushed(keptForEver())),
        new Spec(deadLetters(), 1, replication, keptForEver()),
        new Spec(schemas, 1, replication, flushed(compacted())));
  }

  /** The topic that says how far a copy to these topics is. */
  public Spec copy() {
    return new Spec(copy(prefix), 1, replication, keptForEver());
  }

  /** The same topics as another log has them: of other partitions and sizes. */
  public Topics with(int otherPartitions, int otherMaxMessageBytes) {
    return new Topics(prefix, schemas, otherPartitions, replication, flush, otherMaxMessageBytes);
  }

  private Map<String, String> keptForEver() {
    return safe(
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            KEEP_FOR_EVER,
            TopicConfig.RETENTION_BYTES_CONFIG,
            KEEP_FOR_EVER,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(maxMessageBytes)));
  }

  private Map<String, String> compacted() {
    return safe(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
  }

  /** With enough copies, what is acknowledged is on two disks, and stays when one is lost. */
  private Map<String, String> safe(Map<String, String> configs) {
    if (replication < ENOUGH_COPIES) {
      return configs;
    }
    Map<String, String> with = new HashMap<>(configs);
    with.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    with.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    return Map.copyOf(with);
  }

  private Map<String, String> flushed(Map<String, String> configs) {
    if (flush == Flush.UNMANAGED) {
      return configs;
    }
    Map<String, String> with = new HashMap<>(configs);
    with.put(
        TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
        flush == Flush.EVERY_MESSAGE ? "1" : Long.toString(Long.MAX_VALUE));
    return Map.copyOf(with);
  }
}
