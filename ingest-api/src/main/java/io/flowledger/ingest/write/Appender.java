package io.flowledger.ingest.write;

import io.flowledger.http.trace.RequestTrace;
import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.NumberTakenException;
import io.flowledger.projector.readmodel.Promises;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes proposals to the log, waits until the views have applied them, and finds out what has
 * become of them. Whoever proposes is told in turns on an executor of their own, never on the
 * threads of the log and the views. Every proposal comes to one end.
 */
public final class Appender {

  private final EventLog log;
  private final ReadModel readModel;
  private final Timer wait;

  /**
   * @param wait measures how long is waited for views
   */
  public Appender(EventLog log, ReadModel readModel, Timer wait) {
    this.log = log;
    this.readModel = readModel;
    this.wait = wait;
  }

  /** Is told what has become of a proposal. */
  interface Ending<T> {
    /** The view has applied it, or cannot be read. */
    void made(Proposal.Outcome<? extends T> outcome);

    /**
     * It is not in the log, or not first, or that cannot be said.
     *
     * @param cause a {@link NumberTakenException} where it is to be tried with another number
     */
    void failed(Throwable cause);
  }

  /** Is told how a proposal gets on. */
  public interface Progress<T> extends Ending<T> {
    /**
     * It is in the log.
     *
     * @return whether to go on until the view has applied it; if not, this was the end
     */
    boolean appended(Position position);
  }

  /**
   * Appends an event. There is a turn when it is in the log, and one when it is applied.
   *
   * @param trace of the request that proposes it
   */
  public <T> void append(
      Proposal<? extends T> proposal, RequestTrace trace, Executor turns, Progress<T> progress) {
    append(
        proposal,
        trace,
        turns,
        progress,
        position ->
            turns.execute(
                () -> {
                  if (progress.appended(position)) {
                    awaitOutcome(proposal, trace, position, turns, progress);
                  }
                }));
  }

  /**
   * Appends an event. There is one turn, when it is applied.
   *
   * @param trace of the request that proposes it
   */
  public <T> void appendUntilApplied(
      Proposal<? extends T> proposal, RequestTrace trace, Executor turns, Ending<T> ending) {
    append(
        proposal,
        trace,
        turns,
        ending,
        position -> awaitOutcome(proposal, trace, position, turns, ending));
  }

  private <T> void append(
      Proposal<? extends T> proposal,
      RequestTrace trace,
      Executor turns,
      Ending<T> ending,
      Consumer<Position> appended) {
    log.append(
        proposal.flowId(),
        proposal.event(),
        trace,
        EventLog.Acknowledgement.of(
            appended, cause -> turns.execute(() -> ending.failed(AppendFailure.refusal(cause)))));
  }

  private <T> void awaitOutcome(
      Proposal<? extends T> proposal,
      RequestTrace trace,
      Position position,
      Executor turns,
      Ending<T> ending) {
    awaitApplied(
        position,
        trace,
        turns,
        applied -> {
          Proposal.Outcome<? extends T> outcome;
          try {
            outcome =
                applied
                    ? proposal.outcome(readModel, position)
                    : proposal.outcomeWithoutView(position);
          } catch (RuntimeException e) {
            ending.failed(e);
            return;
          }
          ending.made(outcome);
        },
        ending::failed);
  }

  /** Is told whether a position is applied, or the view cannot be read. */
  public interface Applied {
    void end(boolean applied);
  }

  /**
   * Waits for the view to apply a position. Where it does not in time, whoever is told of the
   * position all the same can rely on it from now on: see {@link Promises}.
   *
   * @param unknown is told instead when nobody can rely on it
   */
  public void awaitApplied(
      Position position, Executor turns, Applied then, Consumer<ViewUnavailableException> unknown) {
    awaitApplied(position, RequestTrace.NONE, turns, then, unknown);
  }

  private void awaitApplied(
      Position position,
      RequestTrace trace,
      Executor turns,
      Applied then,
      Consumer<ViewUnavailableException> unknown) {
    long begun = System.nanoTime();
    readModel.awaitApplied(
        position,
        AppliedWaiter.then(
            turns,
            unavailable -> {
              long now = System.nanoTime();
              wait.record(now - begun, TimeUnit.NANOSECONDS);
              trace.add("apply wait", begun, now);
              if (unavailable.isPresent()) {
                try {
                  readModel.promises().make(position);
                } catch (ViewUnavailableException cannotBeRead) {
                  unknown.accept(cannotBeRead);
                  return;
                }
              } else {
                readModel.promises().kept(position);
              }
              then.end(unavailable.isEmpty());
            }));
  }
}
