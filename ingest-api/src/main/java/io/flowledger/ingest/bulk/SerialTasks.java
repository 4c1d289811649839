package io.flowledger.ingest.bulk;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs what it is given one after the other, on threads that it shares with others. What comes in
 * while it runs has its turn when others have had theirs.
 */
final class SerialTasks {

  private final Executor threads;
  private final Runnable afterEach;
  private final Consumer<Throwable> broken;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * @param afterEach is run after each turn, in which several tasks may have been run
   * @param broken is told what a task has thrown; the others are run nevertheless
   */
  SerialTasks(Executor threads, Runnable afterEach, Consumer<Throwable> broken) {
    this.threads = threads;
    this.afterEach = afterEach;
    this.broken = broken;
  }

  /** Runs the task later. */
  void run(Runnable task) {
    tasks.add(task);
    if (count.getAndIncrement() == 0) {
      threads.execute(this::turn);
    }
  }

  private void turn() {
    int most = count.get();
    for (int i = 0; i < most; i++) {
      run(tasks.remove(), broken);
    }
    run(afterEach, broken);
    if (count.addAndGet(-most) > 0) {
      threads.execute(this::turn);
    }
  }

  private static void run(Runnable task, Consumer<Throwable> broken) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      broken.accept(e);
    }
  }
}
