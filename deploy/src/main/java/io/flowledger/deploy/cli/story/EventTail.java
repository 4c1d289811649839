package io.flowledger.deploy.cli.story;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows a history as it grows, through any number of cuts: after each it goes on behind the last
 * event that it has seen, after a pause that grows while nothing comes. Each event is delivered
 * once.
 */
final class EventTail {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Session session;
  private final Resource events;
  private final Consumer<String> troubles;
  private Optional<String> last;
  private Duration pause = FIRST_PAUSE;

  /**
   * @param last position of the last event that has been seen
   * @param troubles is told of each cut, a line at a time
   */
  EventTail(Session session, Resource events, Optional<String> last, Consumer<String> troubles) {
    this.session = session;
    this.events = events;
    this.last = last;
    this.troubles = troubles;
  }

  /**
   * Delivers events until the reader has enough.
   *
   * @param goesOn takes the JSON of an event; whether it wants the next one
   */
  void follow(Predicate<String> goesOn) {
    while (connect(goesOn)) {
      session.pause(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
  }

  /** Delivers what one connection brings; whether another one is wanted. */
  private boolean connect(Predicate<String> goesOn) {
    ServerSentEvents messages = new ServerSentEvents();
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "text/event-stream"));
    last.ifPresent(id -> headers.put("Last-Event-ID", id));
    boolean[] wanted = {true};
    String trouble = "the server has ended the connection";
    try {
      session
          .client()
          .lines(
              events,
              headers,
              line -> {
                messages.line(line).ifPresent(message -> wanted[0] = deliver(message, goesOn));
                return wanted[0];
              });
    } catch (CommandFailure.Unavailable e) {
      trouble = e.getMessage();
    }
    if (wanted[0]) {
      troubles.accept(trouble + "; trying again in " + pause.toSeconds() + " s");
    }
    return wanted[0];
  }

  private boolean deliver(ServerSentEvents.Message message, Predicate<String> goesOn) {
    pause = FIRST_PAUSE;
    if (seen(message.id())) {
      return true;
    }
    last = Optional.of(message.id()).filter(id -> !id.isEmpty()).or(() -> last);
    return goesOn.test(message.data());
  }

  /** All events of a flow are in one partition, in the order of their offsets. */
  private boolean seen(String id) {
    return last.isPresent() && !id.isEmpty() && offset(id) <= offset(last.get());
  }

  private static long offset(String position) {
    try {
      return Long.parseLong(position.substring(position.indexOf('@') + 1));
    } catch (NumberFormatException e) {
      throw CommandFailure.failed("'%s' is no position of a log".formatted(Visible.all(position)));
    }
  }
}
