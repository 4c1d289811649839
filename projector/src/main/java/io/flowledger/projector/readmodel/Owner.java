package io.flowledger.projector.readmodel;

/** Who has the view of a partition right now. */
public sealed interface Owner {

  /** This process. */
  record Local() implements Owner {}

  /** Another process of the cluster, reachable there. */
  record Remote(String host, int port) implements Owner {}

  /** Nobody: the partition is being assigned. */
  record Nobody() implements Owner {}
}
