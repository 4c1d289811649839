package io.flowledger.projector.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that read partitions of a log from end to end, so many at a time. When {@link #run} has
 * returned or thrown, none of them runs any more.
 */
public final class PartitionThreads {

  private final String name;
  private final int threads;

  public PartitionThreads(String name, int threads) {
    this.name = name;
    this.threads = threads;
  }

  /**
   * What is to be read of a partition.
   *
   * @param records how many it is, more or less
   */
  public record Reading<T>(long records, Callable<T> reader) {}

  /**
   * Runs all readings to their end. Blocks.
   *
   * @param stop is called when one has failed, or this thread is told to end: it has those that run
   *     end soon, which is waited for
   * @return their results, the longest reading first
   * @throws ExecutionException when one has failed
   */
  public <T> List<T> run(List<Reading<T>> readings, Runnable stop)
      throws ExecutionException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads, task -> new Thread(task, name));
    try {
      // Those that take longest come first, so that no thread has to wait for another at the end.
      List<Future<T>> running =
          readings.stream()
              .sorted(Comparator.<Reading<T>>comparingLong(Reading::records).reversed())
              .map(reading -> pool.submit(reading.reader()))
              .toList();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException | InterruptedException e) {
      stop.run();
      throw e;
    } finally {
      pool.shutdown();
      awaitEnd(pool);
    }
  }

  /** Nobody closes a view under the thread that reads or writes it. */
  private static void awaitEnd(ExecutorService pool) {
    boolean interrupted = Thread.interrupted();
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
