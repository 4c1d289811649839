package io.flowledger.projector.readmodel;

import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.Verdict;
import java.util.Optional;

/**
 * History of one partition: where in the log the events of an object are, and what came of them.
 * Visitors are as those of {@link ListingView}.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface HistoryView {

  /**
   * The index of the events of a flow, of all its runs too, in the order of the log.
   *
   * @param from least offset to visit
   */
  void flowEvents(String flowId, long from, RowVisitor<IndexedEvent> visitor);

  /** The same of one run. */
  void runEvents(long run, long from, RowVisitor<IndexedEvent> visitor);

  /** The first event of a flow with an idempotency key that was carried out. */
  Optional<KeyedEvent> keyed(String flowId, String key);

  /** What the projection made of the event at an offset that has been applied. */
  Verdict verdict(long offset);

  /** How far the log has been applied, with the hash of all that has. */
  LogHead head();
}
