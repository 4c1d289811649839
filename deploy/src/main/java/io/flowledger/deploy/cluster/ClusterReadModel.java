package io.flowledger.deploy.cluster;

import io.flowledger.http.forward.Lane;
import io.flowledger.http.forward.NodeClient;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.Promises;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The read model of a node among others: its own views, but that waiting for a position goes on at
 * whichever node answers for the partition, also when that changes meanwhile.
 */
final class ClusterReadModel implements ReadModel {

  private static final long LOOK_AGAIN_MS = 40;

  /** What other nodes have said. */
  interface Words {
    /** Whether a node may answer for a partition, as far as it has said anything. */
    boolean mayAnswer(Owner.Remote node, int partition);
  }

  private final ReadModel own;
  private final Words words;
  private final NodeClient nodes;
  private final Vertx vertx;
  private final Duration patience;
  private final BooleanSupplier draining;
  private final BooleanSupplier certain;
  private final Supplier<Optional<String>> cutOff;
  private volatile boolean hasBeenReady;

  /**
   * @param own of this node
   * @param words of the others
   * @param patience how long anybody waits for a position at most
   * @param draining whether this node is about to stop
   * @param certain whether it is a member of the group
   * @param cutOff why it is not to be asked although it is
   */
  ClusterReadModel(
      ReadModel own,
      Words words,
      NodeClient nodes,
      Vertx vertx,
      Duration patience,
      BooleanSupplier draining,
      BooleanSupplier certain,
      Supplier<Optional<String>> cutOff) {
    this.cutOff = cutOff;
    this.certain = certain;
    this.draining = draining;
    this.own = own;
    this.words = words;
    this.nodes = nodes;
    this.vertx = vertx;
    this.patience = patience;
  }

  @Override
  public void awaitApplied(Position position, AppliedWaiter waiter) {
    new Wait(position, waiter).begin();
  }

  private final class Wait {
    private final Position position;
    private final AppliedWaiter waiter;
    private final long deadline = System.nanoTime() + patience.toNanos();

    Wait(Position position, AppliedWaiter waiter) {
      this.position = position;
      this.waiter = waiter;
    }

    void begin() {
      Owner owner = owner(position.partition());
      if (owner instanceof Owner.Local) {
        own.awaitApplied(
            position,
            new AppliedWaiter() {
              @Override
              public void applied() {
                if (own.owner(position.partition()) instanceof Owner.Local) {
                  waiter.applied();
                } else {
                  again(new ViewUnavailableException("the view has moved"));
                }
              }

              @Override
              public void unavailable(ViewUnavailableException reason) {
                again(reason);
              }
            });
      } else if (owner instanceof Owner.Remote remote) {
        nodes
            .ask(
                Lane.WAITS,
                remote,
                InternalRoutes.APPLIED + position,
                Math.max(1, (deadline - System.nanoTime()) / 1_000_000))
            .onSuccess(applied -> waiter.applied())
            .onFailure(
                cause -> again(new ViewUnavailableException("the owner of the view has gone")));
      } else {
        again(new ViewUnavailableException("nobody has the view"));
      }
    }

    private void again(ViewUnavailableException reason) {
      if (System.nanoTime() - deadline >= 0) {
        waiter.unavailable(reason);
      } else {
        vertx.setTimer(LOOK_AGAIN_MS, later -> begin());
      }
    }
  }

  @Override
  public Optional<Verdict> verdict(int partition, long offset) {
    return owner(partition) instanceof Owner.Remote node
        ? InternalRoutes.verdict(
            question -> nodes.ask(Lane.WAITS, node, question, patience.toMillis()),
            Position.event(partition, offset))
        : own.verdict(partition, offset);
  }

  @Override
  public Rehearsal rehearse() {
    boolean all =
        IntStream.range(0, own.partitions())
            .allMatch(partition -> own.owner(partition) instanceof Owner.Local);
    if (!all) {
      throw new ViewUnavailableException(
          "an import needs all views on one node: import while one node runs alone, or into an"
              + " embedded server, and use flowledger copy");
    }
    return own.rehearse();
  }

  // ---- as they are here ------------------------------------------------------------------------

  @Override
  public int partitions() {
    return own.partitions();
  }

  @Override
  public String eventsTopic() {
    return own.eventsTopic();
  }

  @Override
  public int partitionOf(String flowId) {
    return own.partitionOf(flowId);
  }

  /** Whom the group names is believed only as long as they do not say otherwise. */
  @Override
  public Owner owner(int partition) {
    Owner owner = own.owner(partition);
    return owner instanceof Owner.Remote node && !words.mayAnswer(node, partition)
        ? new Owner.Nobody()
        : owner;
  }

  @Override
  public View view(int partition) {
    return own.view(partition);
  }

  @Override
  public Optional<Copy> replica(int partition) {
    return own.replica(partition);
  }

  @Override
  public void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor) {
    own.events(partition, offsets, visitor);
  }

  @Override
  public long end(Position.Log log, int partition) {
    return own.end(log, partition);
  }

  @Override
  public Promises promises() {
    return own.promises();
  }

  @Override
  public PastState past(PastScope scope, PastBound bound, long epochMillis) {
    return own.past(scope, bound, epochMillis);
  }

  @Override
  public Readiness readiness() {
    if (draining.getAsBoolean()) {
      return new Readiness(false, "this node is about to stop");
    }
    Optional<String> cut = hasBeenReady ? cutOff.get() : Optional.empty();
    if (cut.isPresent()) {
      return new Readiness(false, cut.get());
    }
    Readiness all = own.readiness();
    hasBeenReady |= all.ready();
    if (all.ready() || !hasBeenReady) {
      return all;
    }
    // While a partition moves, requests wait for whoever gets it, here as well as elsewhere.
    return certain.getAsBoolean()
        ? new Readiness(true, all.explanation())
        : new Readiness(false, "the group of the nodes cannot be asked; " + all.explanation());
  }
}
