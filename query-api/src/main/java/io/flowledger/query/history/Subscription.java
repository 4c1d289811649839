package io.flowledger.query.history;

import io.flowledger.query.event.EventHistory;
import io.flowledger.query.event.HistoryEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Subscription to events of a partition: which of them a client wants to be told as they come.
 * Clients with the same path and parameters have equal subscriptions, so what is rendered for one
 * serves all.
 *
 * @param uri path and parameters
 * @param history where the events that it has missed are
 * @param wanted whether it wants an event of the partition
 */
record Subscription(String uri, EventHistory history, Predicate<HistoryEvent> wanted) {

  /** An event as the HTML standard has server-sent events. */
  static byte[] render(HistoryEvent event) {
    String text =
        "id: "
            + event.position()
            + "\nevent: "
            + event.envelope().kind().typeName()
            + "\ndata: "
            + event.toJson()
            + "\n\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Subscription subscription && subscription.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }
}
