package io.flowledger.projector.store;

import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.HeartbeatsProjection;
import io.flowledger.projector.projection.RecordProjection;

/** The views that there are: that of the events, which keeps their whole log, and of heartbeats. */
public final class ViewKinds {

  /** Name of the view of the events. */
  public static final String EVENTS = "events-view";

  /** Name of the view of the heartbeats. */
  public static final String HEARTBEATS = "heartbeats-view";

  private ViewKinds() {}

  /**
   * What all views of events are.
   *
   * @param partitions of the topic
   */
  public static ViewKind events(String topic, int partitions, RecordProjection projection) {
    return new ViewKind(EVENTS, topic, partitions, true, EventsProjection.VERSION, projection);
  }

  /** What all views of heartbeats are. */
  public static ViewKind heartbeats(String topic, RecordProjection projection) {
    return new ViewKind(HEARTBEATS, topic, false, HeartbeatsProjection.VERSION, projection);
  }
}
