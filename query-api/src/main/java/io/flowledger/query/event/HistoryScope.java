package io.flowledger.query.event;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.schemas.Envelope;
import java.util.function.Predicate;

/**
 * The object that a history is of.
 *
 * @param index of the events of the object or of what it is in
 * @param mayHold whether an event of that index may be of the object
 * @param holds whether an event is of the object
 */
public record HistoryScope(
    Index index, Predicate<IndexedEvent> mayHold, Predicate<Envelope> holds) {

  /** Indexed events in the order of the log. */
  interface Index {
    void scan(View view, long from, RowVisitor<IndexedEvent> visitor);
  }

  public static HistoryScope ofFlow(String flowId) {
    return new HistoryScope(
        (view, from, visitor) -> view.flowEvents(flowId, from, visitor),
        indexed -> true,
        event -> event.flowId().equals(flowId));
  }

  public static HistoryScope ofRun(String flowId, long run) {
    return new HistoryScope(
        (view, from, visitor) -> view.runEvents(run, from, visitor),
        indexed -> true,
        event -> event.flowId().equals(flowId) && event.runNumber() == run);
  }

  public static HistoryScope ofStep(String flowId, long run, String stepName) {
    int hash = IndexedEvent.hash(stepName);
    HistoryScope ofRun = ofRun(flowId, run);
    return new HistoryScope(
        ofRun.index,
        indexed -> indexed.stepHash() == hash,
        event -> ofRun.holds.test(event) && stepName.equals(event.stepName()));
  }

  public static HistoryScope ofTask(String flowId, long run, String stepName, long task) {
    HistoryScope ofStep = ofStep(flowId, run, stepName);
    return new HistoryScope(
        ofStep.index,
        indexed -> indexed.taskId() == task,
        event -> ofStep.holds.test(event) && event.taskId() == task);
  }
}
