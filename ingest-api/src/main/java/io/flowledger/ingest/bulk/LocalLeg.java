package io.flowledger.ingest.bulk;

import io.flowledger.http.forward.PartCalls;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A part of a bulk request that is carried out on this node, told of as those of others are. */
final class LocalLeg implements PartCalls.Call, BulkAnswer.Sink, BulkRequest.Ending {

  private final Context context;
  private final PartCalls.Listener listener;
  private final Runnable left;
  private @Nullable BulkRequest request;
  private @Nullable Promise<Void> waiting; // for more to be taken
  private boolean paused;
  private boolean over;

  /**
   * @param context in which the listener is told
   * @param left is told in it when nothing is held any longer, once
   */
  LocalLeg(Context context, PartCalls.Listener listener, Runnable left) {
    this.context = context;
    this.listener = listener;
    this.left = left;
  }

  void start(BulkRequest part) {
    request = part;
    part.start();
  }

  // ---- what the part says, on its threads ------------------------------------------------------

  @Override
  public Future<Void> send(Buffer piece, boolean last) {
    Promise<Void> taken = Promise.promise();
    context.runOnContext(on -> take(piece, last, taken));
    return taken.future();
  }

  private void take(Buffer piece, boolean last, Promise<Void> taken) {
    listener.received(piece);
    if (last) {
      listener.ended();
    }
    if (paused && !last) {
      waiting = taken;
    } else {
      taken.complete();
    }
  }

  @Override
  public void over() {
    context.runOnContext(
        on -> {
          if (!over) {
            over = true;
            left.run();
          }
        });
  }

  @Override
  public void failed(Throwable cause) {
    context.runOnContext(on -> listener.lost(String.valueOf(cause.getMessage())));
  }

  // ---- what the whole says, in its context -----------------------------------------------------

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    Promise<Void> next = waiting;
    waiting = null;
    if (next != null) {
      next.complete();
    }
  }

  @Override
  public void abandon() {
    if (request != null) {
      request.abandon();
    }
    resume();
  }
}
