package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.Topics;
import java.util.Map;

/**
 * Where the log at one side of a copy is.
 *
 * @param name as its user has named it
 * @param clients settings of all Kafka clients: bootstrap servers, security
 * @param topics of the log
 */
public record CopyPlace(String name, Map<String, Object> clients, Topics topics) {

  CopyPlace with(Topics others) {
    return new CopyPlace(name, clients, others);
  }

  /** The topic that says how far the copy here is. */
  String journal() {
    return Topics.copy(topics.prefix());
  }
}
