package io.flowledger.http.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which the head of a request begins and does not end: whoever sends one
 * slower than any network holds a connection for nothing. Nearly every head comes at once, and
 * needs no timer.
 *
 * <p>Of one channel, and used by its event loop only.
 */
final class HeadDeadline {

  private final Duration limit;
  private final LongAdder late;
  private @Nullable Future<?> due;

  /**
   * @param limit from the first byte of a head to its last
   * @param late counts those that were closed
   */
  HeadDeadline(Duration limit, LongAdder late) {
    this.limit = limit;
    this.late = late;
  }

  /** A part of a head has come. */
  void hasPart(ChannelHandlerContext context) {
    if (due == null) {
      due =
          context
              .executor()
              .schedule(
                  () -> {
                    late.increment();
                    context.close();
                  },
                  limit.toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  /** The rest of it has come, or nobody waits for it any more. */
  void isOver() {
    if (due != null) {
      due.cancel(false);
      due = null;
    }
  }
}
