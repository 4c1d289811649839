package io.flowledger.ingest.bulk;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.numbers.NumberTakenException;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has become of the entries of a bulk request: told once of each, and counted. */
final class BulkOutcomes {

  private static final Logger LOG = LoggerFactory.getLogger(BulkOutcomes.class);

  private final BulkAnswer answer;
  private final boolean async;
  private final Map<BulkResult, Counter> counters;
  private int told;

  /**
   * @param async whether entries are told when they are in the log, not when they are in the view
   */
  BulkOutcomes(BulkAnswer answer, boolean async, Map<BulkResult, Counter> counters) {
    this.answer = answer;
    this.async = async;
    this.counters = counters;
  }

  /** What has become of what is in the view. */
  BulkResult created() {
    return async ? BulkResult.APPENDED : BulkResult.CREATED;
  }

  boolean async() {
    return async;
  }

  /** How many entries have been told of since this was asked last. */
  int takeTold() {
    int since = told;
    told = 0;
    return since;
  }

  /**
   * Tells of an entry that is no failure.
   *
   * @param fields adds what the line says beside that
   * @param position where it is in the log, if that is known
   */
  void tell(int index, BulkResult result, Consumer<JsonText> fields, Optional<Position> position) {
    JsonText line = BulkAnswer.line(index, result);
    fields.accept(line);
    position.ifPresent(at -> line.raw(", \"position\": \"").raw(at.toString()).raw("\""));
    tell(index, result, line);
  }

  /** Tells of an entry that is rejected. */
  void reject(int index, Throwable cause) {
    RefusedException rejection = rejection(cause);
    tell(
        index,
        BulkResult.REJECTED,
        BulkAnswer.rejected(
            BulkAnswer.line(index, BulkResult.REJECTED),
            Statuses.of(rejection.reason()),
            rejection.getMessage()));
  }

  private void tell(int index, BulkResult result, JsonText line) {
    if (answer.isTold(index)) {
      return;
    }
    answer.tell(index, line);
    told++;
    Counter counter = counters.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  /** What a single request would have been answered. */
  static RefusedException rejection(Throwable cause) {
    if (cause instanceof RefusedException expected) {
      return expected;
    }
    if (cause instanceof ViewUnavailableException || cause instanceof LogUnavailableException) {
      return RefusedException.unavailable(String.valueOf(cause.getMessage()));
    }
    if (cause instanceof NumberTakenException) {
      return RefusedException.unavailable(
          "somebody has used the number of %s without having claimed it, try again"
              .formatted(cause.getMessage()));
    }
    LOG.error("an entry of a bulk request has failed", cause);
    return RefusedException.fault("internal error, see the log of the server");
  }

  /** What to answer to entries that refer to one that is rejected. */
  static RefusedException dependency(int index, Throwable cause) {
    RefusedException rejection = rejection(cause);
    return rejection.reason() == Reason.DEPENDENCY
        ? rejection
        : RefusedException.dependency(
            "it needs entry %d, which was rejected: %s".formatted(index, rejection.getMessage()));
  }
}
