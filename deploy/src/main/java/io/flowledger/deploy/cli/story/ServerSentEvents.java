package io.flowledger.deploy.cli.story;

import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Puts the lines of a {@code text/event-stream} together to messages, as the HTML standard says
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html, "Interpreting an event stream").
 */
public final class ServerSentEvents {

  private @Nullable StringJoiner data;
  private String id = "";

  /**
   * @param id of the last line that gave one; empty where none has
   */
  public record Message(String id, String data) {}

  /** Takes a line; returns the message that it completes, if it does. */
  public Optional<Message> line(String line) {
    if (line.isEmpty()) {
      Optional<Message> message =
          Optional.ofNullable(data).map(lines -> new Message(id, lines.toString()));
      data = null;
      return message;
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    take(field, value.startsWith(" ") ? value.substring(1) : value);
    return Optional.empty();
  }

  private void take(String field, String value) {
    if (field.equals("id")) {
      id = value;
    } else if (field.equals("data")) {
      data = data == null ? new StringJoiner("\n") : data;
      data.add(value);
    }
    // A comment has no name, and other fields have no meaning here.
  }
}
