package io.flowledger.projector.replay;

import io.flowledger.projector.log.LogRecords;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.TooMuchHistoryException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.WriteAhead;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.serde.Framing;
import java.util.stream.LongStream;

/**
 * Folds the events of an object that had happened into a past state, by the projection that makes
 * the views. What came of an event when it was first projected is known: one that changed nothing
 * then, perhaps because of an object outside of the scope, changes nothing now.
 */
final class PastFold {

  private static final int MOST_EVENTS = 1_000_000;
  private static final int RECORDS_PER_WRITE = 512;
  private static final long MOST_UNWRITTEN_BYTES = 1 << 20;
  private static final int HASH_OF_LAST_STEP = IndexedEvent.hash(RunProgress.LAST_STEP);

  private final View live;
  private final PastBound bound;
  private final LongStream.Builder offsets = LongStream.builder();
  private int count;

  private PastFold(View live, PastBound bound) {
    this.live = live;
    this.bound = bound;
  }

  /**
   * Writes the state to an empty table.
   *
   * @param live what has the index of the events
   * @param bound which of them count
   */
  static void write(
      RecordProjection projection,
      View live,
      LogRecords log,
      int partition,
      PastScope scope,
      PastBound bound,
      RocksTable table) {
    long[] offsets = new PastFold(live, bound).offsets(scope);
    table.startBulk(); // it ends with the process at the latest
    try (WriteAhead past = new WriteAhead(table)) {
      int[] read = {0};
      log.read(
          partition,
          offsets,
          record -> {
            projection.apply(
                record.key(),
                Framing.framed(record.headers(), record.value()),
                record.offset(),
                past);
            if (++read[0] % RECORDS_PER_WRITE == 0 || past.bytes() >= MOST_UNWRITTEN_BYTES) {
              past.flush();
            }
            return true;
          });
      past.flush();
    }
  }

  private long[] offsets(PastScope scope) {
    if (scope.run().isPresent()) {
      live.flowEvents(scope.flowId(), 0, this::untilTheFlow);
      live.runEvents(scope.run().getAsLong(), 0, event -> add(event, true));
    } else {
      live.flowEvents(scope.flowId(), 0, event -> add(event, isShownWithRuns(event)));
    }
    return offsets.build().sorted().toArray();
  }

  private boolean untilTheFlow(IndexedEvent event) {
    boolean ofFlow = event.kind() == Envelope.Kind.FLOW && hasChangedSomething(event);
    return add(event, ofFlow) && !ofFlow;
  }

  /** Adds the event where it counts; returns whether later ones may. */
  private boolean add(IndexedEvent event, boolean wanted) {
    if (event.offset() > bound.upTo()) {
      return false;
    }
    if (wanted && event.tsEpoch() <= bound.latest() && hasChangedSomething(event)) {
      if (++count > MOST_EVENTS) {
        throw new TooMuchHistoryException(
            "more than " + MOST_EVENTS + " events would have to be replayed; ask for one run");
      }
      offsets.add(event.offset());
    }
    return true;
  }

  private boolean hasChangedSomething(IndexedEvent event) {
    Verdict verdict = live.verdict(event.offset());
    return verdict instanceof Verdict.Applied
        || (verdict instanceof Verdict.Superseded superseded
            && !superseded.repeated()
            && event.kind() == Envelope.Kind.ARTIFACTS);
  }

  /** A run shows its tags, its outcome, and the registrations of its tasks as heartbeats. */
  private static boolean isShownWithRuns(IndexedEvent event) {
    return switch (event.kind()) {
      case FLOW, RUN, TAGS, STEP, TASK -> true;
      case METADATA -> event.stepHash() == HASH_OF_LAST_STEP;
      case ARTIFACTS -> false;
    };
  }
}
