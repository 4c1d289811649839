package io.flowledger.projector.projection;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.NumberRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import org.jspecify.annotations.Nullable;

/**
 * The projection of the heartbeats topic: the latest heartbeat of every object. That is the one
 * with the greatest time, whatever order they come in, while compaction keeps the one that came
 * last. So a view that is made again may show an earlier beat than before, if beats of an object
 * were appended out of order; the next beat makes up for it.
 */
public final class HeartbeatsProjection implements RecordProjection {

  /** Raised with every change of what this writes: views of another version are rebuilt. */
  public static final int VERSION = 2;

  private static final long MILLIS = 1000;

  private final EventSerde serde;

  public HeartbeatsProjection(EventSerde serde) {
    this.serde = serde;
  }

  @Override
  public Verdict apply(byte[] key, byte @Nullable [] value, long offset, ViewWriter view) {
    if (value == null) {
      return Verdict.APPLIED; // what is forgotten here is still a fact there
    }
    EventSerde.Decoded decoded = serde.deserialize(value);
    if (decoded instanceof EventSerde.Decoded.Unreadable unreadable) {
      return new Verdict.Rejected(unreadable.reason());
    }
    if (!(((EventSerde.Decoded.Known) decoded).event() instanceof Heartbeat heartbeat)) {
      return new Verdict.Rejected("no heartbeat");
    }
    if (EventRules.isNoMoment(heartbeat.getTsEpoch())) {
      return new Verdict.Rejected(EventRules.noMoment("ts_epoch", heartbeat.getTsEpoch()));
    }
    byte[] row =
        heartbeat.getTaskId() == null
            ? Keys.runHeartbeat(heartbeat.getRunNumber())
            : Keys.taskHeartbeat(heartbeat.getTaskId());
    long seconds = heartbeat.getTsEpoch() / MILLIS;
    byte[] before = view.get(row);
    if (before == null || NumberRow.in(before).getAsLong() < seconds) {
      view.put(row, NumberRow.of(seconds));
    }
    return Verdict.APPLIED;
  }
}
