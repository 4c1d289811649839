package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.Owner;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes that speak, or all do not. */
final class FakeNeighbours implements Neighbours {

  final AtomicInteger doubts = new AtomicInteger();
  volatile boolean silent;

  @Override
  public void askAll() {
    doubts.incrementAndGet();
  }

  @Override
  public boolean speaks(Owner.Remote node) {
    return !silent;
  }
}
