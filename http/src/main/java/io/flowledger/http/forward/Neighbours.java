package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.Owner;

/** What is known of the other nodes, which are asked all the time. */
public interface Neighbours {

  /** Asks them now, since what is known of owners has turned out not to be so. */
  void askAll();

  /**
   * Whether a node has said anything of late: then it lives, and answers what it has been sent. One
   * that is stopped, or cut off, does not say that it will never answer.
   */
  boolean speaks(Owner.Remote node);
}
