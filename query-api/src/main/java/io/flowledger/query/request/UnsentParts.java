package io.flowledger.query.request;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Room for the parts of answers that their clients have not taken yet. A part is made when there is
 * room for it; clients have it by turns. Where others wait for room, the client goes that has had a
 * part for longest, if that is longer than a client takes that reads: it is cut off.
 */
final class UnsentParts {

  private final Vertx vertx;
  private final long mostBytes;
  private final int partBytes;
  private final int mostMaking;
  private final Duration grace;
  private final FairQueue waiting = new FairQueue(); // guarded by this, as all below
  private final Set<Room> oldestFirst = new LinkedHashSet<>(); // that clients have
  private int asking;
  private int making;
  private long bytes;
  private long leaving; // of those that have been cut off
  private boolean looksLater;

  /**
   * @param mostBytes of all parts; those that are being made may be larger than is known
   * @param partBytes that a part has, as far as is known before it is made
   * @param mostMaking parts that are made at a time
   * @param grace that a client has for a part, whoever waits
   */
  UnsentParts(Vertx vertx, long mostBytes, int partBytes, int mostMaking, Duration grace) {
    this.vertx = vertx;
    this.mostBytes = mostBytes;
    this.partBytes = partBytes;
    this.mostMaking = mostMaking;
    this.grace = grace;
  }

  /** How many bytes there is no other room for. */
  synchronized long bytes() {
    return bytes;
  }

  /**
   * Asks for the room for a part.
   *
   * @param client whose turn it takes
   * @param cutOff what is done to a client that does not take it, on the context of the caller
   * @param granted is completed when the part may be made, on that context; never if it is over
   *     before
   */
  Room ask(String client, Runnable cutOff, Promise<Void> granted) {
    Room room = new Room(vertx.getOrCreateContext(), cutOff, granted);
    synchronized (this) {
      asking++;
      waiting.add(client, room::grant);
    }
    look();
    return room;
  }

  /** The room of one part, until it has been taken or is not wanted any more. */
  final class Room {
    private final Context context;
    private @Nullable Runnable cutOff; // none where it is over: it may stay in the queue for long
    private @Nullable Promise<Void> granted;
    private int size;
    private long since;
    private boolean isMaking;
    private boolean isLeaving;
    private boolean over;

    private Room(Context context, Runnable cutOff, Promise<Void> granted) {
      this.context = context;
      this.cutOff = cutOff;
      this.granted = granted;
    }

    private void grant() {
      Promise<Void> waits = granted;
      if (waits == null) {
        return;
      }
      granted = null;
      isMaking = true;
      making++;
      size = partBytes;
      bytes += size;
      context.runOnContext(on -> waits.complete());
    }

    /** The part has been made, and goes to the client now. */
    void made(int length) {
      synchronized (UnsentParts.this) {
        if (over) {
          return;
        }
        stopMaking();
        bytes += length - size;
        size = length;
        since = System.nanoTime();
        oldestFirst.add(this);
      }
      look();
    }

    /** The client has taken it, or will not. */
    void over() {
      synchronized (UnsentParts.this) {
        if (over) {
          return;
        }
        over = true;
        granted = null;
        cutOff = null;
        stopMaking();
        bytes -= size;
        leaving -= isLeaving ? size : 0;
        oldestFirst.remove(this);
      }
      look();
    }

    private void stopMaking() {
      making -= isMaking ? 1 : 0;
      isMaking = false;
    }

    private void leave() {
      Runnable step = cutOff;
      isLeaving = true;
      leaving += size;
      if (step != null) {
        context.runOnContext(on -> step.run());
      }
    }
  }

  /** Gives room to those who wait, as far as there is any. */
  private synchronized void look() {
    while (asking > 0 && making < mostMaking && bytes + partBytes <= mostBytes) {
      asking--;
      waiting.take().run();
    }
    if (asking > 0 && making < mostMaking) {
      makeRoom();
    }
  }

  private void makeRoom() {
    Iterator<Room> oldest = oldestFirst.iterator();
    while (bytes - leaving + partBytes > mostBytes && oldest.hasNext()) {
      Room room = oldest.next();
      long left = room.since + grace.toNanos() - System.nanoTime();
      if (left > 0) {
        lookIn(left);
        return;
      }
      oldest.remove();
      room.leave();
    }
  }

  private void lookIn(long nanos) {
    if (!looksLater) {
      looksLater = true;
      vertx.setTimer(
          1 + nanos / 1_000_000,
          time -> {
            synchronized (this) {
              looksLater = false;
            }
            look();
          });
    }
  }
}
