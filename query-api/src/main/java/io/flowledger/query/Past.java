package io.flowledger.query;

import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.IndexedEvent;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.TooMuchHistoryException;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log a moment was for a flow or a run.
 *
 * @param upTo offset of the last event that had happened, -1 for none
 * @param epochMillis the time
 */
record Past(long upTo, long epochMillis) {

  /**
   * Finds the moment in the log. Blocks.
   *
   * @param run the run that is asked about, or empty for the flow
   * @throws io.vertx.ext.web.handler.HttpException 400 when it is a position of another flow's
   *     partition
   */
  static Past find(
      Moment moment, ReadModel readModel, String flowId, Optional<RunRow> run, Clock clock) {
    int partition = readModel.partitionOf(flowId);
    View view = readModel.view(partition);
    if (moment instanceof Moment.After after) {
      if (after.position().partition() != partition) {
        throw Invalid.request(
            "position %s is not in the history of flow %s, which is in partition %d"
                .formatted(after.position(), flowId, partition));
      }
      return new Past(
          after.position().offset(), timeOf(after.position(), readModel).orElse(clock.millis()));
    }
    long time = Math.min(((Moment.Time) moment).epochMillis(), clock.millis());
    return new Past(lastBy(time, view, flowId, run), time);
  }

  /** The time of the event at a position; empty where there is none. */
  private static OptionalLong timeOf(Position position, ReadModel readModel) {
    LoggedEvent[] found = new LoggedEvent[1];
    readModel.events(
        position.partition(),
        new long[] {position.offset()},
        event -> {
          found[0] = event;
          return false;
        });
    return found[0] == null ? OptionalLong.empty() : OptionalLong.of(found[0].envelope().tsEpoch());
  }

  private static long lastBy(long time, View view, String flowId, Optional<RunRow> run) {
    long[] last = {-1};
    View.Visitor<IndexedEvent> visitor =
        event -> {
          if (event.tsEpoch() <= time) {
            last[0] = event.offset();
          }
          return true;
        };
    if (run.isPresent()) {
      view.runEvents(run.get().number(), 0, visitor);
    } else {
      view.flowEvents(flowId, 0, visitor);
    }
    return last[0];
  }

  /**
   * The state at that moment. Blocks.
   *
   * @throws io.vertx.ext.web.handler.HttpException 400 when it takes too long to make
   */
  PastState open(ReadModel readModel, String flowId, Optional<RunRow> run) {
    OptionalLong number =
        run.isPresent() ? OptionalLong.of(run.get().number()) : OptionalLong.empty();
    try {
      return readModel.past(new PastScope(flowId, number), upTo, epochMillis);
    } catch (TooMuchHistoryException e) {
      throw Invalid.request(Moment.AS_OF + ": " + e.getMessage());
    }
  }

  /**
   * Whether a flow was registered by then. Blocks.
   *
   * @throws io.vertx.ext.web.handler.HttpException 400 when there is no such partition
   */
  static Predicate<FlowRow> existed(Moment moment, ReadModel readModel) {
    if (moment instanceof Moment.Time time) {
      return flow -> flow.tsEpoch() <= time.epochMillis();
    }
    // A position says what came before it in its own partition, and what time it was in the others.
    Position last = ((Moment.After) moment).position();
    if (last.partition() >= readModel.partitions()) {
      throw Invalid.request(
          "position %s is in none of the %d partitions of the log"
              .formatted(last, readModel.partitions()));
    }
    return new Predicate<>() {
      private @Nullable OptionalLong time;

      @Override
      public boolean test(FlowRow flow) {
        int partition = readModel.partitionOf(flow.flowId());
        if (partition == last.partition()) {
          View view = readModel.view(partition);
          return registration(
                  view, Envelope.Kind.FLOW, visitor -> view.flowEvents(flow.flowId(), 0, visitor))
              <= last.offset();
        }
        OptionalLong known = time;
        if (known == null) {
          known = timeOf(last, readModel);
          time = known;
        }
        return known.isEmpty() || flow.tsEpoch() <= known.getAsLong();
      }
    };
  }

  /**
   * Offset of the event that registered a flow or a run; the greatest number where there is none.
   *
   * @param index visits the events of the object in the order of the log
   */
  static long registration(
      View view, Envelope.Kind kind, Consumer<View.Visitor<IndexedEvent>> index) {
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
