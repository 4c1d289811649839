package io.flowledger.projector;

import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a projector.
 *
 * @param clients settings of all Kafka clients: bootstrap servers, security
 * @param stateDir where the views are kept; not under a folder that is cleaned up
 * @param instanceId name of this process in the group, the same after each of its restarts, so that
 *     it gets its partitions back without waiting for the old session to expire
 * @param applicationServer {@code host:port} at which other processes reach this one
 * @param applyTimeout how long anybody waits for a position at most
 * @param sessionTimeout after which the group takes a silent process for dead
 * @param storeMemoryBytes native memory of all views together
 * @param others empty where there are none, and never will be
 */
public record ProjectorConfig(
    Map<String, Object> clients,
    Topics topics,
    Path stateDir,
    String instanceId,
    String applicationServer,
    Duration applyTimeout,
    Duration sessionTimeout,
    long storeMemoryBytes,
    Optional<Others> others) {

  private static final String CLIENT_ID = "flowledger@";

  /** Of a process that is the only one of its group. */
  public ProjectorConfig(
      Map<String, Object> clients,
      Topics topics,
      Path stateDir,
      String instanceId,
      String applicationServer,
      Duration applyTimeout,
      Duration sessionTimeout,
      long storeMemoryBytes) {
    this(
        clients,
        topics,
        stateDir,
        instanceId,
        applicationServer,
        applyTimeout,
        sessionTimeout,
        storeMemoryBytes,
        Optional.empty());
  }

  /**
   * What is different where there may be other processes in the group.
   *
   * @param standbyReplicas how many of the others keep a view up to date that this process has
   * @param zone where this process is, so that replicas are elsewhere; empty where that is one
   */
  public record Others(int standbyReplicas, String zone) {}

  /** The name that the group knows a process by: Kafka Streams numbers its threads. */
  public static String memberInstanceId(String instanceId) {
    return instanceId + "-1";
  }

  /** The name that its clients have at the brokers, which says where it can be reached. */
  public String clientId() {
    return CLIENT_ID + applicationServer;
  }

  /**
   * Where a member of the group can be reached.
   *
   * @param clientId of its consumer
   */
  public static Optional<String> addressOf(String clientId) {
    int end = clientId.indexOf("-StreamThread-");
    return clientId.startsWith(CLIENT_ID) && end > 0
        ? Optional.of(clientId.substring(CLIENT_ID.length(), end))
        : Optional.empty();
  }

  /**
   * Name of the group of all projectors of the topics, and of its folder in the state directory.
   */
  String group() {
    return group(topics.prefix());
  }

  /** The same for whoever has other topics. */
  public static String group(String topicPrefix) {
    return Topics.projectorGroup(topicPrefix);
  }
}
