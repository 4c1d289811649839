package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets requests the numbers that they need, and lets them go on where they came from. */
final class Numbers {

  private static final Logger LOG = LoggerFactory.getLogger(Numbers.class);

  private final Sequences sequences;
  private final AtomicLong collisions = new AtomicLong();

  Numbers(Sequences sequences) {
    this.sequences = sequences;
  }

  /** How many numbers of the sequences somebody else had used already. */
  long collisions() {
    return collisions.get();
  }

  /**
   * Notes that a number is another object's.
   *
   * @throws RefusedException 503 when that has happened too often
   */
  void collided(NumberTakenException taken, Tries tries) {
    if (collisions.getAndIncrement() == 0) {
      LOG.warn(
          "{}: somebody appends events with numbers that were not claimed", taken.getMessage());
    }
    if (!tries.again()) {
      throw RefusedException.unavailable(
          "somebody uses the next numbers without having claimed them, try again");
    }
  }

  /** Goes on with a number that nobody else ever gets; fails the request when there is none. */
  void one(RoutingContext request, Sequences.Name name, LongConsumer next) {
    several(request, name, 1, numbers -> next.accept(numbers[0]));
  }

  /** The same with several numbers, ascending. */
  void several(RoutingContext request, Sequences.Name name, int count, Consumer<long[]> next) {
    Context context = request.vertx().getOrCreateContext();
    Thread caller = Thread.currentThread();
    sequences.take(
        name,
        count,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            if (Thread.currentThread() == caller) {
              next.accept(numbers);
            } else {
              context.runOnContext(on -> resume(numbers));
            }
          }

          private void resume(long[] numbers) {
            try {
              next.accept(numbers);
            } catch (RuntimeException e) {
              request.fail(e);
            }
          }

          @Override
          public void failed(Exception cause) {
            context.runOnContext(on -> request.fail(Writer.rejection(cause)));
          }
        });
  }
}
