package io.flowledger.ingest;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Gets requests the numbers that they need, and lets them go on where they came from. */
final class Numbers {

  private final Sequences sequences;

  Numbers(Sequences sequences) {
    this.sequences = sequences;
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
