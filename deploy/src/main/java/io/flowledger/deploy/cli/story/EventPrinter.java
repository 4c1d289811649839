package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Session;
import java.util.Optional;
import java.util.function.Predicate;

/** Prints events as they come, told or as they are, and remembers how far it has come. */
final class EventPrinter implements Predicate<String> {

  private final Session session;
  private final Narrator narrator;
  private Optional<String> last = Optional.empty();

  EventPrinter(Session session, Story story) {
    this.session = session;
    this.narrator = new Narrator(story, session);
  }

  /**
   * Prints one.
   *
   * @param json of the event
   * @return whether anybody reads on
   */
  @Override
  public boolean test(String json) {
    JsonNode event = Json.parse(json);
    last = Json.text(event, "position");
    if (session.json()) {
      session.out().println(json);
    } else {
      narrator.tell(event);
    }
    return !session.unread();
  }

  /** Position of the last event. */
  Optional<String> last() {
    return last;
  }
}
