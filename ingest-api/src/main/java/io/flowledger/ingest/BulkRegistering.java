package io.flowledger.ingest;

import io.flowledger.ingest.BulkObject.There;
import io.flowledger.schemas.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.handler.HttpException;
import java.util.Optional;
import java.util.function.LongSupplier;

/** An object on its way to be registered by an entry of a bulk request. */
final class BulkRegistering implements BulkAppender.Progress<Object> {

  /** The field of a line that has the number of an object. */
  enum Field {
    NONE(""),
    RUN("run_number"),
    TASK("task_id");

    private final String label;

    Field(String label) {
      this.label = label;
    }
  }

  private final BulkTools tools;
  private final int index;
  private final Field field;
  private final boolean contested;
  private final Optional<LongSupplier> winner;
  private final Promise<There> there = Promise.promise();
  private long number;

  BulkRegistering(BulkTools tools, int index, Field field, IdempotencyKey key) {
    this(tools, index, field, key.isPresent(), Optional.empty());
  }

  /**
   * @param winner finds the number of the object that has the name
   */
  BulkRegistering(
      BulkTools tools, int index, Field field, IdempotencyKey key, LongSupplier winner) {
    this(tools, index, field, true, Optional.of(winner));
  }

  /**
   * @param contested whether the log alone does not decide what is there now
   */
  private BulkRegistering(
      BulkTools tools, int index, Field field, boolean contested, Optional<LongSupplier> winner) {
    this.tools = tools;
    this.index = index;
    this.field = field;
    this.contested = contested;
    this.winner = winner;
  }

  Future<There> there() {
    return there.future();
  }

  void append(Proposal<?> proposal, long number) {
    this.number = number;
    tools.appender().append(proposal, this);
  }

  @Override
  public boolean appended(Position position) {
    if (!contested) {
      there.tryComplete(new There(number, true));
    }
    if (tools.outcomes().async()) {
      Field known = contested ? Field.NONE : field;
      tell(tools, index, BulkResult.APPENDED, known, number, Optional.of(position));
    }
    return contested || !tools.outcomes().async();
  }

  @Override
  public void made(Proposal.Outcome<?> outcome) {
    there.tryComplete(new There(outcome.number(), true));
    tell(
        tools, index, BulkResult.CREATED, field, outcome.number(), Optional.of(outcome.position()));
  }

  @Override
  public void failed(Throwable cause) {
    if (cause instanceof HttpException refusal && refusal.getStatusCode() == Rejection.CONFLICT) {
      lost();
    } else {
      refuse(cause);
    }
  }

  /** Another one has been first. */
  private void lost() {
    try {
      long first = winner.isPresent() ? winner.get().getAsLong() : number;
      there.tryComplete(new There(first, false));
      tell(tools, index, BulkResult.EXISTS, field, first, Optional.empty());
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  void refuse(Throwable cause) {
    there.tryFail(BulkOutcomes.dependency(index, cause));
    tools.outcomes().reject(index, cause);
  }

  /** Tells of an object. */
  static void tell(
      BulkTools tools,
      int index,
      BulkResult result,
      Field field,
      long number,
      Optional<Position> position) {
    tools
        .outcomes()
        .tell(
            index,
            result,
            line -> {
              if (field != Field.NONE) {
                line.raw(", \"").raw(field.label).raw("\": ").number(number);
              }
            },
            position);
  }
}
