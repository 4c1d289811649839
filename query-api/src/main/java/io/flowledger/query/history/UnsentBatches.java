package io.flowledger.query.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The batches that some tails have not taken yet, of all partitions. However many wait for a batch,
 * it is in memory once. Where there are more bytes than may be, the oldest batch goes, and those
 * that have not taken it are cut off: they are the slowest.
 */
final class UnsentBatches {

  private final long mostBytes;
  private final Set<Batch> oldestFirst = new LinkedHashSet<>(); // guarded by this, as all below
  private long bytes;

  UnsentBatches(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** A batch that is held until it has been handed to all, and taken by all of them. */
  final class Batch {
    private final int size;
    private final Set<TailListener> behind = new HashSet<>();
    private boolean handedOut;
    private boolean dropped;

    private Batch(int size) {
      this.size = size;
    }

    /** A listener is to be sent some of it; returns whether it is still there to be sent. */
    boolean begin(TailListener listener) {
      synchronized (UnsentBatches.this) {
        return !dropped && behind.add(listener);
      }
    }

    /** A listener has taken what it wants of it, or will not. */
    void end(TailListener listener) {
      synchronized (UnsentBatches.this) {
        behind.remove(listener);
        forgetIfTaken();
      }
    }

    /** Nobody else will be sent any of it. */
    void handedOut() {
      synchronized (UnsentBatches.this) {
        handedOut = true;
        forgetIfTaken();
      }
    }

    private void forgetIfTaken() {
      if (handedOut && behind.isEmpty() && oldestFirst.remove(this)) {
        bytes -= size;
      }
    }
  }

  /**
   * Takes on a batch. Older ones may have to go for it, but never it itself.
   *
   * @param size bytes that are held as long as it is
   */
  Batch add(int size) {
    Batch batch = new Batch(size);
    takeOn(batch).forEach(slow -> slow.context().runOnContext(on -> slow.cutOff()));
    return batch;
  }

  /** Returns those that are too slow for it. */
  private synchronized List<TailListener> takeOn(Batch batch) {
    List<TailListener> slow = new ArrayList<>();
    bytes += batch.size;
    Iterator<Batch> oldest = oldestFirst.iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      Batch goes = oldest.next();
      oldest.remove();
      bytes -= goes.size;
      goes.dropped = true;
      slow.addAll(goes.behind);
    }
    oldestFirst.add(batch);
    return slow;
  }

  /** How many bytes are held. */
  synchronized long bytes() {
    return bytes;
  }
}
