package io.flowledger.deploy.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The end of a node among others. It waits until they are close behind with what it answers for,
 * gives that away, and waits until they answer for it and all that had come here is answered: each
 * as long as there is anybody to wait for, and no longer than a limit.
 */
final class Drain {

  private static final long CHECK_MS = 50;
  private static final long CLOSE_ENOUGH = 200; // records that a standby may lack

  /** The node that ends. */
  interface Node {
    /** What those have said last who live and go on. */
    List<Statement> successors();

    /** How far its views are: the last offset of each partition's events. */
    Map<Integer, Long> applied();

    /** How many requests have not been answered of those that have come by now. */
    IntSupplier cameByNow();

    /** Gives away all that it answers for. Blocks. */
    void leave();
  }

  /** Lets time go by. */
  interface Pause {
    void millis(long count) throws InterruptedException;
  }

  private final Node node;
  private final int partitions;
  private final boolean hasStandbys;
  private final LongSupplier nanoTime;
  private final Pause pause;

  /**
   * @param hasStandbys whether others keep copies of views, as far as there are enough of them
   */
  Drain(Node node, int partitions, boolean hasStandbys, LongSupplier nanoTime, Pause pause) {
    this.node = node;
    this.partitions = partitions;
    this.hasStandbys = hasStandbys;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /**
   * Ends it.
   *
   * @param known after which all others know that it does
   * @param close within which they should be close behind
   * @param answered within which all should be answered then
   */
  void run(Duration known, Duration close, Duration answered) throws InterruptedException {
    long begin = nanoTime.getAsLong();
    await(known, () -> false);
    if (hasStandbys) {
      await(close.minusNanos(nanoTime.getAsLong() - begin), this::othersAreClose);
    }
    node.leave();
    long left = nanoTime.getAsLong();
    await(answered, this::othersAnswer);
    IntSupplier underWay = node.cameByNow(); // all that come later find who answers
    await(answered.minusNanos(nanoTime.getAsLong() - left), () -> underWay.getAsInt() == 0);
  }

  private interface Condition {
    boolean holds();
  }

  private void await(Duration limit, Condition condition) throws InterruptedException {
    long begin = nanoTime.getAsLong();
    while (!node.successors().isEmpty()
        && nanoTime.getAsLong() - begin < limit.toNanos()
        && !condition.holds()) {
      pause.millis(CHECK_MS);
    }
  }

  private boolean othersAreClose() {
    return node.applied().entrySet().stream()
        .allMatch(
            own ->
                node.successors().stream()
                    .anyMatch(
                        said ->
                            own.getValue() - said.standby().getOrDefault(own.getKey(), -1L)
                                <= CLOSE_ENOUGH));
  }

  private boolean othersAnswer() {
    List<Statement> successors = node.successors();
    return IntStream.range(0, partitions)
        .allMatch(partition -> successors.stream().anyMatch(said -> said.answers(partition)));
  }
}
