package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.TooMuchHistoryException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * A moment as it is found in the log: what had happened to a flow or a run by then. It can be found
 * only once the view has come to it: {@link MomentReads} waits for that.
 *
 * @param bound which events had
 * @param epochMillis the time
 */
public record MomentInLog(PastBound bound, long epochMillis) {

  private static final int MOST_READ = 64;

  /**
   * Finds the moment in the log, which the view must have come to. Blocks.
   *
   * @param run the run that is asked about, or empty for the flow
   */
  public static MomentInLog find(
      Moment moment, ReadModel readModel, String flowId, Optional<RunRow> run, Clock clock) {
    View view = readModel.view(readModel.partitionOf(flowId));
    if (moment instanceof Moment.After after) {
      return new MomentInLog(
          PastBound.ofOffset(after.position().offset()),
          timeOf(after.position(), readModel).orElseGet(clock::millis));
    }
    long time = ((Moment.Time) moment).epochMillis();
    return new MomentInLog(boundOf(time, view, flowId, run), Math.min(time, clock.millis()));
  }

  /** The time of the last event up to a position that can be read; empty where there is none. */
  private static OptionalLong timeOf(Position position, ReadModel readModel) {
    LoggedEvent[] found = new LoggedEvent[1];
    int size = 1;
    for (long end = position.offset() + 1; found[0] == null && end > 0; size = MOST_READ) {
      long begin = Math.max(0, end - size);
      readModel.events(
          position.partition(),
          LongStream.range(begin, end).toArray(),
          event -> {
            found[0] = event;
            return true;
          });
      end = begin;
    }
    return found[0] == null ? OptionalLong.empty() : OptionalLong.of(found[0].envelope().tsEpoch());
  }

  /** Names no time where all up to the last event count, so that times in between are one state. */
  private static PastBound boundOf(long time, View view, String flowId, Optional<RunRow> run) {
    long[] last = {-1};
    boolean[] laterBefore = {view.flow(flowId).filter(flow -> flow.tsEpoch() > time).isPresent()};
    boolean[] later = {false};
    RowVisitor<IndexedEvent> visitor =
        event -> {
          if (event.tsEpoch() <= time) {
            last[0] = event.offset();
            laterBefore[0] |= later[0];
          } else {
            later[0] = true;
          }
          return true;
        };
    if (run.isPresent()) {
      view.runEvents(run.get().number(), 0, visitor);
    } else {
      view.flowEvents(flowId, 0, visitor);
    }
    return laterBefore[0] ? new PastBound(last[0], time) : PastBound.ofOffset(last[0]);
  }

  /**
   * The state at that moment. Blocks.
   *
   * @throws RefusedException 400 when it takes too long to make
   */
  public PastState open(ReadModel readModel, String flowId, Optional<RunRow> run) {
    OptionalLong number =
        run.isPresent() ? OptionalLong.of(run.get().number()) : OptionalLong.empty();
    try {
      return readModel.past(new PastScope(flowId, number), bound, epochMillis);
    } catch (TooMuchHistoryException e) {
      throw RefusedException.malformed(Moment.AS_OF + ": " + e.getMessage());
    }
  }

  /** Whether a flow was registered by then. Blocks. */
  static Predicate<FlowRow> existed(Moment moment, ReadModel readModel) {
    if (moment instanceof Moment.Time time) {
      return flow -> flow.tsEpoch() <= time.epochMillis();
    }
    // A position says what came before it in its own partition, and what time it was in the others.
    Position last = ((Moment.After) moment).position();
    OptionalLong time = timeOf(last, readModel);
    return flow -> {
      int partition = readModel.partitionOf(flow.flowId());
      if (partition != last.partition()) {
        return time.isEmpty() || flow.tsEpoch() <= time.getAsLong();
      }
      return wasRegistered(flow.flowId(), readModel, last);
    };
  }

  /** Whether that flow was registered by then. Blocks. */
  static boolean existed(Moment moment, ReadModel readModel, String flowId) {
    if (moment instanceof Moment.After after) {
      return wasRegistered(flowId, readModel, after.position());
    }
    long time = ((Moment.Time) moment).epochMillis();
    View view = readModel.view(readModel.partitionOf(flowId));
    return view.flow(flowId).filter(flow -> flow.tsEpoch() <= time).isPresent();
  }

  /** Whether a flow was registered by a position of its partition. */
  private static boolean wasRegistered(String flowId, ReadModel readModel, Position last) {
    View view = readModel.view(last.partition());
    return registration(view, Envelope.Kind.FLOW, visitor -> view.flowEvents(flowId, 0, visitor))
        <= last.offset();
  }

  /**
   * Offset of the event that registered a flow or a run; the greatest number where there is none.
   *
   * @param index visits the events of the object in the order of the log
   */
  public static long registration(
      View view, Envelope.Kind kind, Consumer<RowVisitor<IndexedEvent>> index) {
    long[] offset = {Long.MAX_VALUE};
    index.accept(
        event -> {
          if (event.kind() == kind && view.verdict(event.offset()).equals(Verdict.APPLIED)) {
            offset[0] = event.offset();
          }
          return offset[0] == Long.MAX_VALUE;
        });
    return offset[0];
  }
}
