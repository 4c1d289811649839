package io.flowledger.projector.readmodel;

/** Who has the view of a partition right now. */
public sealed interface Owner {

  /** This process. */
  record Local() implements Owner {}

  /** Another process of the cluster, reachable there. */
  record Remote(String host, int port) implements Owner {

    /** The one that is reachable at {@code host:port}. */
    public static Remote at(String address) {
      int colon = address.lastIndexOf(':');
      return new Remote(
          address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** {@code host:port}. */
    public String address() {
      return host + ":" + port;
    }
  }

  /** Nobody: the partition is being assigned. */
  record Nobody() implements Owner {}
}
