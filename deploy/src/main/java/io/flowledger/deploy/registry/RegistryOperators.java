package io.flowledger.deploy.registry;

import io.flowledger.http.Operators;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.topic.Topics;
import java.util.List;
import java.util.stream.Stream;

/**
 * What of the registry is for operators: the settings of all subjects, and the subjects of the
 * server's own records, also of types that only a later build has. Whatever stands there, a later
 * build has to be compatible with, or it does not start.
 */
public final class RegistryOperators {

  private final Operators operators;
  private final List<String> own;

  /**
   * @param topics of the server, by whose names its subjects begin
   */
  public RegistryOperators(Operators operators, Topics topics) {
    this.operators = operators;
    String namespace = EventTypes.EVENTS.get(0).getNamespace();
    this.own =
        Stream.of(topics.events(), topics.heartbeats(), topics.ids())
            .map(topic -> topic + "-" + namespace + ".")
            .toList();
  }

  /**
   * @throws RegistryError 403 when the request is not of an operator
   */
  void checkSettings(RegistryRequest request) {
    request.require(operators, "the settings of all subjects are changed");
  }

  /**
   * @throws RegistryError 403 when the subject is the server's own, and the request is not of an
   *     operator
   */
  void checkSettings(RegistryRequest request, String subject) {
    if (own(subject)) {
      request.require(operators, "the settings of the server's own subjects are changed");
    }
  }

  /**
   * @throws RegistryError 403 when the request is not of an operator
   */
  void checkOwnVersion(RegistryRequest request) {
    request.require(operators, "versions of the server's own subjects are registered");
  }

  /** Whether a subject is one of the server itself. */
  boolean own(String subject) {
    return own.stream().anyMatch(subject::startsWith);
  }
}
