package io.flowledger.projector;

/** The views that there are: that of the events, which keeps their whole log, and of heartbeats. */
final class ViewKinds {

  /** Name of the view of the events. */
  static final String EVENTS = "events-view";

  /** Name of the view of the heartbeats. */
  static final String HEARTBEATS = "heartbeats-view";

  private ViewKinds() {}

  /**
   * What all views of events are.
   *
   * @param partitions of the topic
   */
  static ViewKind events(String topic, int partitions, RecordProjection projection) {
    return new ViewKind(EVENTS, topic, partitions, true, EventsProjection.VERSION, projection);
  }

  /** What all views of heartbeats are. */
  static ViewKind heartbeats(String topic, RecordProjection projection) {
    return new ViewKind(HEARTBEATS, topic, false, HeartbeatsProjection.VERSION, projection);
  }
}
