package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;

/**
 * Takes events of a bulk request to the log, and tells what has become of them in the turns of the
 * request.
 */
final class BulkAppender {

  private final EventLog log;
  private final ReadModel readModel;
  private final SerialTasks tasks;

  BulkAppender(EventLog log, ReadModel readModel, SerialTasks tasks) {
    this.log = log;
    this.readModel = readModel;
    this.tasks = tasks;
  }

  /** Is told how an event gets on. */
  interface Progress<T> {
    /**
     * It is in the log.
     *
     * @return whether to go on until the view has applied it
     */
    boolean appended(Position position);

    /** The view has applied it, or cannot be read. */
    void made(Proposal.Outcome<? extends T> outcome);

    /** It is not in the log, or not first, or that cannot be said. */
    void failed(Throwable cause);
  }

  /** Appends an event. */
  <T> void append(Proposal<? extends T> proposal, Progress<T> progress) {
    log.append(
        proposal.flowId(),
        proposal.event(),
        new EventLog.Acknowledgement() {
          @Override
          public void appended(Position position) {
            tasks.run(() -> acknowledged(proposal, position, progress));
          }

          @Override
          public void failed(Exception cause) {
            tasks.run(() -> progress.failed(Writer.rejection(cause)));
          }
        });
  }

  private <T> void acknowledged(
      Proposal<? extends T> proposal, Position position, Progress<T> progress) {
    if (progress.appended(position)) {
      awaitApplied(
          position,
          applied -> {
            Proposal.Outcome<? extends T> outcome;
            try {
              outcome =
                  applied
                      ? proposal.outcome(readModel, position)
                      : proposal.outcomeWithoutView(position);
            } catch (RuntimeException e) {
              progress.failed(e);
              return;
            }
            progress.made(outcome);
          });
    }
  }

  /** Is told whether a position is applied, or the view cannot be read. */
  interface Applied {
    void end(boolean applied);
  }

  /** Waits for the view to apply a position. */
  void awaitApplied(Position position, Applied then) {
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            tasks.run(() -> then.end(true));
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            tasks.run(() -> then.end(false));
          }
        });
  }
}
