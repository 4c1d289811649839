package io.flowledger.ingest.bulk;

import io.flowledger.http.RequestMemory;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.bulk.entry.BulkLimits;

/**
 * How many bulk requests are under way, and how much memory their bodies take: both bounded, for
 * them alone and within the memory that there is for all requests.
 */
final class BulkAdmission {

  /** Bytes of memory for each of a body: itself, and the entries of it that are under way. */
  private static final int WEIGHT = 2;

  private final BulkLimits limits;
  private final RequestMemory memory;
  private int requests;
  private long bytes;

  BulkAdmission(BulkLimits limits, RequestMemory memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /**
   * Lets a request in.
   *
   * @throws RefusedException 503 when there are too many
   */
  synchronized Ticket enter() {
    if (requests == limits.maxRequests()) {
      throw RefusedException.unavailable("too many bulk requests are under way, try again");
    }
    requests++;
    return new Ticket();
  }

  /** How many there are. */
  synchronized int underWay() {
    return requests;
  }

  /** The part of one request, until it is closed. */
  final class Ticket implements AutoCloseable {
    private final RequestMemory.Lease lease = memory.lease();
    private long own;
    private boolean closed;

    /**
     * Takes room for so much more of a body.
     *
     * @throws RefusedException 503 when there is none
     */
    void take(long more) {
      synchronized (BulkAdmission.this) {
        if (bytes + more > limits.maxHeldBytes()) {
          throw RefusedException.unavailable(
              "the bulk requests that are under way take too much memory, try again");
        }
        if (!closed) {
          lease.take(WEIGHT * more);
          bytes += more;
          own += more;
        }
      }
    }

    /** Gives back what is not needed any more. */
    void release(long less) {
      synchronized (BulkAdmission.this) {
        if (!closed) {
          lease.release(WEIGHT * less);
          bytes -= less;
          own -= less;
        }
      }
    }

    @Override
    public void close() {
      synchronized (BulkAdmission.this) {
        if (!closed) {
          closed = true;
          lease.close();
          bytes -= own;
          requests--;
        }
      }
    }
  }
}
