package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.RefusedException;

/** How many bulk requests are under way, and how much memory their bodies take: both bounded. */
final class BulkAdmission {

  private final BulkLimits limits;
  private int requests;
  private long bytes;

  BulkAdmission(BulkLimits limits) {
    this.limits = limits;
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
  final class Ticket implements BulkBody.Room, AutoCloseable {
    private long own;
    private boolean closed;

    @Override
    public void take(int more) {
      synchronized (BulkAdmission.this) {
        if (bytes + more > limits.maxHeldBytes()) {
          throw RefusedException.unavailable(
              "the bulk requests that are under way take too much memory, try again");
        }
        if (!closed) {
          bytes += more;
          own += more;
        }
      }
    }

    /** Gives back what is not needed any more. */
    void release(int less) {
      synchronized (BulkAdmission.this) {
        if (!closed) {
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
          bytes -= own;
          requests--;
        }
      }
    }
  }
}
