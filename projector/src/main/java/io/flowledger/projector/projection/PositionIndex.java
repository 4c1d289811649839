package io.flowledger.projector.projection;

import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.schemas.Envelope;

/**
 * Notes where in the log the events of every flow and every run are, so that their history is read
 * without the rest. Also those that changed nothing are noted: they are part of the history.
 */
final class PositionIndex {

  private PositionIndex() {}

  static void add(Envelope event, long offset, ViewWriter view) {
    byte[] entry = IndexedEvent.of(offset, event).toEntry();
    long block = IndexedEvent.block(offset);
    view.append(Keys.flowEvents(event.flowId(), block), entry);
    if (event.kind() != Envelope.Kind.FLOW) {
      view.append(Keys.runEvents(event.runNumber(), block), entry);
    }
  }
}
