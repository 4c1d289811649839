package io.flowledger.ingest.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SerialTasksTest {

  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final SerialTasks tasks =
      new SerialTasks(
          threads::add,
          () -> done.add("end"),
          cause -> done.add(String.valueOf(cause.getMessage())));

  @Test
  void whatIsThereIsRunInOneTurn() {
    tasks.run(() -> done.add("a"));
    tasks.run(() -> done.add("b"));
    assertThat(threads).hasSize(1);

    threads.remove().run();

    assertThat(done).containsExactly("a", "b", "end");
    assertThat(threads).isEmpty();
  }

  @Test
  void whatComesInATurnHasAnother() {
    tasks.run(() -> tasks.run(() -> done.add("b")));
    threads.remove().run();
    assertThat(done).containsExactly("end");

    threads.remove().run();

    assertThat(done).containsExactly("end", "b", "end");
    assertThat(threads).isEmpty();
  }

  @Test
  void aTaskThatFailsKeepsNoneFromRunning() {
    tasks.run(
        () -> {
          throw new IllegalStateException("broken");
        });
    tasks.run(() -> done.add("b"));
    threads.remove().run();

    assertThat(done).containsExactly("broken", "b", "end");
  }

  @Test
  void ofManyFromManyThreadsTwoNeverRunAtOnceAndNoneIsLost() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch all = new CountDownLatch(40_000);
    int[] count = {0}; // guarded by nothing but that
    SerialTasks serial = new SerialTasks(pool, () -> {}, cause -> {});
    Thread[] senders = new Thread[4];
    for (int i = 0; i < senders.length; i++) {
      senders[i] =
          new Thread(
              () -> {
                for (int j = 0; j < 10_000; j++) {
                  serial.run(
                      () -> {
                        count[0]++;
                        all.countDown();
                      });
                }
              });
      senders[i].start();
    }
    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    pool.shutdown();
    assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(count[0]).isEqualTo(40_000);
  }
}
