package io.flowledger.projector.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.log.PartitionThreads.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionThreadsTest {

  private final List<String> events = new ArrayList<>();

  @AfterEach
  void nobodyIsInterruptedAfterwards() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private Reading<String> reading(String name, long records) {
    return new Reading<>(
        records,
        () -> {
          events.add(name + " on " + Thread.currentThread().getName());
          return name;
        });
  }

  @Test
  void theLongestComesFirst() throws Exception {
    PartitionThreads threads = new PartitionThreads("replay", 1);
    List<Reading<String>> readings =
        List.of(reading("a", 2), reading("b", 3), reading("c", 2), reading("d", 5));

    assertThat(threads.run(readings, () -> events.add("stopped")))
        .containsExactly("d", "b", "a", "c");
    assertThat(events).containsExactly("d on replay", "b on replay", "a on replay", "c on replay");
  }

  @Test
  void oneThatFailsStopsTheOthersAndWaitsForThem() {
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    List<Reading<String>> readings =
        List.of(
            new Reading<>(
                2,
                () -> {
                  throw new IllegalStateException("torn");
                }),
            new Reading<>(
                1,
                () -> {
                  stopped.await();
                  ended.set(true);
                  return "";
                }));

    assertThatThrownBy(() -> new PartitionThreads("replay", 2).run(readings, stopped::countDown))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("torn");
    assertThat(ended).isTrue();
  }

  @Test
  void whoeverIsInterruptedStopsThemAndWaitsForThem() {
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    List<Reading<String>> readings =
        List.of(
            new Reading<>(
                1,
                () -> {
                  stopped.await();
                  ended.set(true);
                  return "";
                }));

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new PartitionThreads("replay", 1).run(readings, stopped::countDown))
        .isInstanceOf(InterruptedException.class);
    assertThat(ended).isTrue();
  }
}
