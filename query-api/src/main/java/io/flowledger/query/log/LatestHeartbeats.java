package io.flowledger.query.log;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.Verdict;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.schemas.Envelope;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The latest heartbeats of what events have registered. Only the latest one is kept, so what has
 * beaten after a period counts as having beaten at its end.
 */
record LatestHeartbeats(ReadModel readModel, Period period) {

  /** Whether an event may have registered something that beats. */
  static boolean mayBeOf(Envelope.Kind kind) {
    return kind == Envelope.Kind.RUN || kind == Envelope.Kind.TASK;
  }

  /** One, or none. */
  List<Heartbeat> of(HistoryEvent event) {
    Envelope of = event.envelope();
    boolean outside = !period.holds(event.logged().offset(), of.tsEpoch());
    if (!mayBeOf(of.kind())
        || !event.verdict().equals(Verdict.APPLIED)
        || (outside && !period.follows(event.logged().offset(), of.tsEpoch()))) {
      return List.of();
    }
    boolean isTask = of.kind() == Envelope.Kind.TASK;
    View view = readModel.view(event.partition());
    OptionalLong seconds =
        view.beats(of.runNumber(), isTask ? OptionalLong.of(of.taskId()) : OptionalLong.empty());
    if (seconds.isEmpty()
        || (outside
            && seconds.getAsLong()
                < TimeUnit.MILLISECONDS.toSeconds(period.firstTime().orElse(0)))) {
      return List.of();
    }
    long millis =
        Math.min(
            TimeUnit.SECONDS.toMillis(seconds.getAsLong()),
            period.lastTime().orElse(Long.MAX_VALUE));
    return List.of(new Heartbeat(of.flowId(), of.runNumber(), isTask ? of.taskId() : null, millis));
  }
}
