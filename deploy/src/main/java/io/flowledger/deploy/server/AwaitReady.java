package io.flowledger.deploy.server;

import io.flowledger.projector.readmodel.ReadModel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The wait of a start for views that can be read, with a line now and then of what it is for. */
final class AwaitReady {

  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final long POLL_MS = 5;

  private AwaitReady() {}

  /**
   * Blocks until the views can be read. Until then, what cannot be answered is answered 503.
   *
   * @param failed completes when they never will be
   * @param closed whether the server has been told to stop
   * @throws StartException when that has happened, or the thread is interrupted
   */
  static void ready(
      ReadModel readModel,
      CompletableFuture<Throwable> failed,
      BooleanSupplier closed,
      Consumer<String> progress) {
    long nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
    for (ReadModel.Readiness now = readModel.readiness();
        !now.ready();
        now = readModel.readiness()) {
      if (closed.getAsBoolean()) {
        throw new StartException("stopped before the views were open");
      }
      if (failed.isDone()) {
        Throwable fault = failed.join();
        String message =
            fault instanceof Error || fault.getMessage() == null
                ? "the views cannot be opened: " + fault
                : fault.getMessage();
        throw new StartException(message, fault);
      }
      if (System.nanoTime() > nextReport) {
        nextReport += REPORT_EVERY.toNanos();
        progress.accept("still opening the views: " + now.explanation());
      }
      pause();
    }
  }

  /**
   * Lets a moment go by before something is asked again.
   *
   * @throws StartException when the thread is interrupted
   */
  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    }
  }
}
