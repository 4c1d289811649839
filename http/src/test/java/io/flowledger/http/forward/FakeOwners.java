package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.Promises;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.schemas.Position;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A read model of which only owners are asked; the partition of a flow is its last digit. */
final class FakeOwners implements ReadModel {

  private static final long RECORDS = 5; // of each log

  private final Map<Integer, Owner> owners = new ConcurrentHashMap<>();

  private final Map<Integer, Owner> next = new ConcurrentHashMap<>();

  private final Map<Integer, Copy> copies = new ConcurrentHashMap<>();

  private final AtomicIntegerArray asked = new AtomicIntegerArray(10);

  /** How often it has been asked for the owner of a partition. */
  int asked(int partition) {
    return asked.get(partition);
  }

  FakeOwners owns(int partition, Owner owner) {
    owners.put(partition, owner);
    return this;
  }

  /** From the second time on that it is asked for, somebody else owns it. */
  void onceAsked(int partition, Owner owner) {
    next.put(partition, owner);
  }

  /** Keeps a copy that has some events and heartbeats, of five each that the log has. */
  void keeps(int partition, int events, int heartbeats) {
    View view =
        (View)
            Proxy.newProxyInstance(
                View.class.getClassLoader(),
                new Class<?>[] {View.class},
                (proxy, method, arguments) -> {
                  throw notAsked();
                });
    copies.put(partition, new Copy(view, events - 1, heartbeats - 1));
  }

  static Owner at(int port) {
    return new Owner.Remote("127.0.0.1", port);
  }

  @Override
  public int partitions() {
    return 10;
  }

  @Override
  public String eventsTopic() {
    return "events";
  }

  @Override
  public int partitionOf(String flowId) {
    return flowId.charAt(flowId.length() - 1) - '0';
  }

  @Override
  public Owner owner(int partition) {
    asked.incrementAndGet(partition);
    Owner now = owners.getOrDefault(partition, new Owner.Nobody());
    Owner then = next.remove(partition);
    if (then != null) {
      owners.put(partition, then);
    }
    return now;
  }

  private static UnsupportedOperationException notAsked() {
    return new UnsupportedOperationException("nobody asks for more than owners");
  }

  @Override
  public View view(int partition) {
    throw notAsked();
  }

  @Override
  public void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor) {
    throw notAsked();
  }

  @Override
  public Optional<Copy> replica(int partition) {
    return Optional.ofNullable(copies.get(partition));
  }

  @Override
  public long end(Position.Log log, int partition) {
    return RECORDS;
  }

  @Override
  public Promises promises() {
    throw notAsked();
  }

  @Override
  public PastState past(PastScope scope, PastBound bound, long epochMillis) {
    throw notAsked();
  }

  @Override
  public Rehearsal rehearse() {
    throw notAsked();
  }

  @Override
  public void awaitApplied(Position position, AppliedWaiter waiter) {
    throw notAsked();
  }

  @Override
  public Readiness readiness() {
    throw notAsked();
  }
}
