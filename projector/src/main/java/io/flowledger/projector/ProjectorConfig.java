package io.flowledger.projector;

import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

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
 */
public record ProjectorConfig(
    Map<String, Object> clients,
    Topics topics,
    Path stateDir,
    String instanceId,
    String applicationServer,
    Duration applyTimeout,
    Duration sessionTimeout,
    long storeMemoryBytes) {

  /**
   * Name of the group of all projectors of the topics, and of its folder in the state directory.
   */
  String group() {
    return group(topics.prefix());
  }

  static String group(String topicPrefix) {
    return Topics.projectorGroup(topicPrefix);
  }
}
