package io.flowledger.http.forward;

/**
 * What a node calls another one for. Each has connections of its own, so that what takes long, or
 * whom nobody reads from, keeps nothing else from getting through.
 */
public enum Lane {
  /** What the other one answers for. Nothing may keep these waiting: who is silent is given up. */
  PINGS(4),
  /** Whether it has applied a position, answered when it has. */
  WAITS(512),
  /** Parts of listings. */
  LISTINGS(256),
  /** Forwarded reads, but tails. */
  READS(512),
  /** Forwarded writes. */
  WRITES(512),
  /** Parts of bulk requests. */
  BULK(256),
  /** Forwarded tails, which end when the client goes: as many as a node has. */
  TAILS(10_000);

  private final int mostConnections;

  Lane(int mostConnections) {
    this.mostConnections = mostConnections;
  }

  /** Of one event loop, to one node. */
  int mostConnections() {
    return mostConnections;
  }
}
