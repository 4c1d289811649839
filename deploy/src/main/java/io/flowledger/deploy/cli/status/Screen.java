package io.flowledger.deploy.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Session;
import java.util.List;

/**
 * Shows frames one after the other: on a terminal that watches each in the place of the one before
 * it, else each below it, and only where something has changed.
 */
final class Screen {

  /** Of ECMA-48: to the upper left corner, and erase everything below. */
  private static final String ANEW = "\u001b[H\u001b[J";

  private final Session session;
  private final boolean inPlace;
  private List<JsonNode> shown = List.of();
  private boolean first = true;

  /**
   * @param watched whether there will be more than one frame
   */
  Screen(Session session, boolean watched) {
    this.session = session;
    this.inPlace = watched && session.surroundings().terminal() && !session.json();
  }

  void show(Frame frame) {
    List<JsonNode> essence = frame.essence();
    if (inPlace) {
      session.out().print(ANEW + frame.text());
    } else if (first || !essence.equals(shown)) {
      print(frame);
    }
    session.out().flush();
    shown = essence;
    first = false;
  }

  private void print(Frame frame) {
    if (session.json()) {
      frame.answers().forEach(answer -> session.out().println(answer.text()));
    } else {
      session.out().print((first ? "" : "\n") + frame.text());
    }
  }
}
