package io.flowledger.query.request;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;

/**
 * A read for a request, of one or several stretches, from its beginning until it is over. Used on
 * the event loop of the request.
 */
public final class Reading {

  private final ReadThreads threads;
  private final String client;
  private final RequestPatience patience;
  private final Promise<Void> over;
  private int stretches; // being read or waiting for a thread

  Reading(ReadThreads threads, String client, RequestPatience patience, Promise<Void> over) {
    this.threads = threads;
    this.client = client;
    this.patience = patience;
    this.over = over;
    patience.whenOver(this::endIfIdle);
  }

  /**
   * Reads a stretch.
   *
   * @return fails when nobody waits for it any more, so what it succeeds with can be answered
   */
  public <T> Future<T> stretch(Callable<T> read) {
    stretches++;
    return threads
        .stretch(client, patience.patience(), read)
        .onComplete(
            done -> {
              stretches--;
              if (patience.patience().over() != null) {
                endIfIdle();
              }
            });
  }

  /** The client has taken a part of the answer: the deadline is now that of the next part. */
  public void renew() {
    patience.renew();
  }

  /** Nobody waits any more; what is just being read has its place until it ends. */
  private void endIfIdle() {
    if (stretches == 0) {
      over();
    }
  }

  /** Gives the place of the read free. */
  public void over() {
    over.tryComplete();
  }
}
