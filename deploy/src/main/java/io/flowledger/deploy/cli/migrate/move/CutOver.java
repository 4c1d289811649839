package io.flowledger.deploy.cli.migrate.move;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * When following ends: as soon as somebody asks for it, be it by the signal that ends a program
 * (Ctrl-C). The program then ends when what is left has been moved. Before it follows, such a
 * signal ends it as any other program.
 */
public final class CutOver {

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final IntConsumer exit;
  private volatile boolean begun;
  private volatile int status;

  /**
   * @param exit ends the program with a status, at once
   */
  public CutOver(IntConsumer exit) {
    this.exit = exit;
  }

  /** One that the signals ask for. */
  public static CutOver bySignals() {
    CutOver cutOver = new CutOver(Runtime.getRuntime()::halt);
    Runtime.getRuntime().addShutdownHook(new Thread(cutOver::ended, "cut-over"));
    return cutOver;
  }

  /** When the program is told to end, what is under way is brought to its end first. */
  public void ended() {
    if (!begun || done.getCount() == 0) {
      return;
    }
    ask();
    try {
      done.await();
      exit.accept(status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public void ask() {
    asked.countDown();
  }

  /** From now on what is left is moved before the program ends. */
  public void begin() {
    begun = true;
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

  /** All is done, and told: what is printed after this may never be seen. */
  public void done(int exitStatus) {
    status = exitStatus;
    done.countDown();
  }
}
