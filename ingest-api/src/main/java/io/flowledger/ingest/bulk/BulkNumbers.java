package io.flowledger.ingest.bulk;

import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.numbers.Sequence;
import io.flowledger.ingest.numbers.Sequences;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets the steps of a stretch their numbers, in one block of each sequence, and runs them. */
final class BulkNumbers {

  /** The numbers of one sequence that are left. */
  private static final class Block {
    private final long[] numbers;
    private int taken;

    Block(long[] numbers) {
      this.numbers = numbers;
    }

    long[] take(int count) {
      long[] next = Arrays.copyOfRange(numbers, taken, taken + count);
      taken += count;
      return next;
    }
  }

  private static final long[] NONE = {};

  private final Sequences sequences;
  private final SerialTasks tasks;
  private final Map<Sequences.Name, Block> blocks = new EnumMap<>(Sequences.Name.class);
  private final Map<Sequences.Name, Exception> failures = new EnumMap<>(Sequences.Name.class);

  /**
   * @param tasks the turns in which steps are run
   */
  BulkNumbers(Sequences sequences, SerialTasks tasks) {
    this.sequences = sequences;
    this.tasks = tasks;
  }

  /** Runs all steps in their order, then what comes after them. */
  void take(List<BulkStep> steps, Runnable then) {
    Map<Sequences.Name, Integer> wanted = new EnumMap<>(Sequences.Name.class);
    for (BulkStep step : steps) {
      if (step.count() > 0) {
        step.sequence().ifPresent(name -> wanted.merge(name, step.count(), Integer::sum));
      }
    }
    take(new ArrayDeque<>(wanted.entrySet()), () -> run(steps, then));
  }

  private void take(ArrayDeque<Map.Entry<Sequences.Name, Integer>> wanted, Runnable then) {
    Optional<Map.Entry<Sequences.Name, Integer>> next = Optional.ofNullable(wanted.poll());
    if (next.isEmpty()) {
      then.run();
      return;
    }
    Sequences.Name name = next.get().getKey();
    sequences.take(
        name,
        next.get().getValue(),
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            tasks.run(
                () -> {
                  blocks.put(name, new Block(numbers));
                  take(wanted, then);
                });
          }

          @Override
          public void failed(Exception cause) {
            tasks.run(
                () -> {
                  failures.put(name, cause);
                  take(wanted, then);
                });
          }
        });
  }

  private void run(List<BulkStep> steps, Runnable then) {
    for (BulkStep step : steps) {
      try {
        run(step);
      } catch (RuntimeException e) {
        step.refuse(e);
      }
    }
    then.run();
  }

  private void run(BulkStep step) {
    Optional<Exception> failure = step.sequence().map(failures::get);
    if (failure.isPresent()) {
      step.refuse(AppendFailure.refusal(failure.get()));
    } else {
      step.run(step.sequence().map(blocks::get).map(of -> of.take(step.count())).orElse(NONE));
    }
  }
}
