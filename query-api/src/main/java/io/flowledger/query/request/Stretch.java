package io.flowledger.query.request;

import io.flowledger.projector.readmodel.Patience;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is to read for somebody, as long as it is waited for. While it waits for a thread
 * it can be dropped, with all that it holds.
 */
final class Stretch<T> {

  private final Context context;
  private final Patience patience;
  private final AtomicReference<@Nullable Callable<T>> read;
  private final Promise<T> result = Promise.promise();

  /**
   * @param context which is told the result, and ends the patience
   */
  Stretch(Context context, Patience patience, Callable<T> read) {
    this.context = context;
    this.patience = patience;
    this.read = new AtomicReference<>(read);
  }

  /** Fails when nobody waits for it any more, so what it succeeds with can be answered. */
  Future<T> result() {
    return result.future();
  }

  /** It is not read, where that has not begun. On the context. */
  void drop(Throwable why) {
    if (read.getAndSet(null) != null) {
      result.tryFail(why);
    }
  }

  /** On a thread that may block. */
  void run() {
    Callable<T> wanted = read.getAndSet(null);
    if (wanted == null) {
      return;
    }
    try {
      T value = patience.during(wanted);
      context.runOnContext(on -> tell(value));
    } catch (Throwable e) {
      context.runOnContext(on -> result.tryFail(e));
    }
  }

  /** What has come just too late is not told. */
  private void tell(T value) {
    RuntimeException why = patience.over();
    if (why == null) {
      result.tryComplete(value);
      return;
    }
    if (value instanceof PastRead past) {
      past.close();
    }
    result.tryFail(why);
  }
}
