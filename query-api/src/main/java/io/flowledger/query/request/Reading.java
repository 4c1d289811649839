package io.flowledger.query.request;

import io.flowledger.http.BrokenAnswer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A read for a request, of one or several stretches, from its beginning until it is over. Used on
 * the event loop of the request.
 */
public final class Reading {

  /** About what a part of a long answer has. */
  public static final int PART_BYTES = 128 << 10;

  private final RoutingContext request;
  private final ReadThreads threads;
  private final String client;
  private final RequestPatience patience;
  private final Promise<Void> over;
  private @Nullable Stretch<?> stretch; // being read or waiting for a thread
  private UnsentParts.@Nullable Room room; // of the part that is made, or sent

  Reading(
      RoutingContext request,
      ReadThreads threads,
      String client,
      RequestPatience patience,
      Promise<Void> over) {
    this.request = request;
    this.threads = threads;
    this.client = client;
    this.patience = patience;
    this.over = over;
    patience.whenOver(this::nobodyWaits);
  }

  /**
   * Reads a stretch. One is read at a time.
   *
   * @return fails when nobody waits for it any more, so what it succeeds with can be answered
   */
  public <T> Future<T> stretch(Callable<T> read) {
    Stretch<T> next =
        new Stretch<>(request.vertx().getOrCreateContext(), patience.patience(), read);
    stretch = next;
    Future<T> result = threads.stretch(client, next);
    return result.onComplete(
        done -> {
          stretch = null;
          if (patience.patience().over() != null) {
            over();
          }
        });
  }

  /**
   * Reads a part of the answer, when there is room for one that has not been sent.
   *
   * @param read of one stretch; empty where the part needs another one, when it is its turn again
   * @param length of the part, in bytes
   */
  public <T> Future<T> part(Callable<Optional<T>> read, ToIntFunction<T> length) {
    Promise<T> part = Promise.promise();
    readOn(read, length, part);
    return part.future();
  }

  private <T> void readOn(Callable<Optional<T>> read, ToIntFunction<T> length, Promise<T> whole) {
    Promise<Void> granted = Promise.promise();
    UnsentParts.Room asked =
        threads.unsent().ask(client, () -> BrokenAnswer.end(request.request()), granted);
    room = asked;
    granted
        .future()
        .compose(there -> stretch(read))
        .onSuccess(
            part -> {
              if (part.isPresent()) {
                asked.made(length.applyAsInt(part.get()));
                whole.complete(part.get());
              } else {
                asked.over();
                readOn(read, length, whole);
              }
            })
        .onFailure(
            failed -> {
              asked.over();
              whole.fail(failed);
            });
  }

  /** The client has taken a part of the answer: the deadline is now that of the next part. */
  public void taken() {
    patience.renew();
    giveBack();
  }

  private void giveBack() {
    if (room != null) {
      room.over();
      room = null;
    }
  }

  /** What is just being read has its place until it ends. */
  private void nobodyWaits() {
    RuntimeException why = patience.patience().over();
    if (stretch == null) {
      over();
    } else if (why != null) {
      stretch.drop(why);
    }
  }

  /** Gives the place of the read free. */
  public void over() {
    giveBack();
    over.tryComplete();
  }
}
