package io.flowledger.deploy.cli.migrate.move;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When following ends: as soon as somebody asks for it, be it by the signal that ends a program
 * (Ctrl-C). The program then ends when what is left has been moved.
 */
public final class CutOver {

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile int status;

  /** One that the signals ask for. */
  public static CutOver bySignals() {
    CutOver cutOver = new CutOver();
    Runtime.getRuntime().addShutdownHook(new Thread(cutOver::ended, "cut-over"));
    return cutOver;
  }

  /** When the program is told to end, what is under way is brought to its end first. */
  private void ended() {
    if (done.getCount() == 0) {
      return;
    }
    ask();
    try {
      done.await();
      Runtime.getRuntime().halt(status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public void ask() {
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Waits that long, or until somebody asks. */
  void await(Duration time) {
    try {
      if (!asked.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ask();
    }
  }

  /** All is done, and told. */
  public void done(int exitStatus) {
    status = exitStatus;
    done.countDown();
  }
}
