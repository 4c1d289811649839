package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one budget of memory for all that is held of requests: bodies on their way, what has been
 * decoded of them, events that are being appended. Whoever is about to hold something takes what it
 * needs first, and is refused where that is not there: whatever requests come, no more is held. An
 * eighth of it is for small requests, so that large ones never keep them out.
 */
public final class RequestMemory {

  private static final int PART_FOR_SMALL_ONES = 8;
  private static final long SMALL = 256 << 10;

  private final long most;
  private final long mostForLarge;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /**
   * @param most bytes that may be held
   */
  public RequestMemory(long most) {
    this.most = most;
    this.mostForLarge = most - most / PART_FOR_SMALL_ONES;
  }

  /** How many bytes are held. */
  public long held() {
    return held.get();
  }

  /** How many requests were refused since there was no room for them. */
  public long refused() {
    return refused.get();
  }

  /** The part of a request that begins, which is nothing yet. */
  public Lease lease() {
    return new Lease();
  }

  /**
   * The part of one request. It is given back when it has been closed, and so has all that holds
   * it. May be used on any thread.
   */
  public final class Lease implements AutoCloseable {

    private long own;
    private int holders = 1;
    private final Hold first = new Hold(this, false);

    private Lease() {}

    /**
     * Takes more.
     *
     * @throws RefusedException 503 when there is no room for it now, 413 when there never is
     */
    public synchronized void take(long bytes) {
      if (holders == 0 || bytes == 0) {
        return; // it is over: what is held still is garbage already
      }
      long wanted = own + bytes;
      if (wanted > mostForLarge) {
        refused.incrementAndGet();
        throw RefusedException.tooLarge(
            "the request takes more memory than there is for requests, %d bytes".formatted(most));
      }
      long limit = wanted > SMALL ? mostForLarge : most;
      if (held.addAndGet(bytes) > limit) {
        held.addAndGet(-bytes);
        refused.incrementAndGet();
        throw RefusedException.unavailable(
            "the requests that are under way take all memory that there is for them, try again");
      }
      own = wanted;
    }

    /** Gives back what is not needed any more. */
    public synchronized void release(long bytes) {
      if (holders > 0) {
        own -= bytes;
        held.addAndGet(-bytes);
      }
    }

    /** Holds it beyond its end, as long as it is not over already. */
    public synchronized Hold hold() {
      boolean over = holders == 0;
      holders += over ? 0 : 1;
      return new Hold(this, over);
    }

    private synchronized void letGo() {
      if (--holders == 0) {
        held.addAndGet(-own);
        own = 0;
      }
    }

    @Override
    public void close() {
      first.close();
    }
  }

  /** Whoever needs what is taken for a request, perhaps longer than the request. */
  public static final class Hold implements AutoCloseable {

    private final Lease lease;
    private boolean over;

    private Hold(Lease lease, boolean over) {
      this.lease = lease;
      this.over = over;
    }

    @Override
    public synchronized void close() {
      if (!over) {
        over = true;
        lease.letGo();
      }
    }
  }
}
