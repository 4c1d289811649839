package io.flowledger.http.forward;

import io.flowledger.http.Caller;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.access.FlowPaths;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the endpoints of a flow, where there are several nodes: what this node does not
 * answer for goes on to the node that does, whole, and its answer comes back as it is. While nobody
 * answers for the partition, since it moves, the request waits; how many wait, and how long, is
 * bounded.
 */
public final class Forwarding implements Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
  private static final String FOR_CLIENTS =
      "this port is for clients, and was called by a node of the cluster: the --advertised-url of"
          + " each node has to name its internal port";

  private final ReadModel readModel;
  private final Owner.Remote self;
  private final NodeClient nodes;
  private final ForwardMetrics metrics;
  private final long patienceNanos;
  private final Neighbours neighbours;
  private final UnderWay underWay;
  private final ReplicaReads replicas;
  private final WaitingRoom waiting;
  private final AtomicBoolean strayedHere = new AtomicBoolean();

  /**
   * @param self this node, by its internal port
   * @param patience how long a request waits for an owner, and for the beginning of its answer
   * @param underWay counts the requests
   */
  public Forwarding(
      Vertx vertx,
      ReadModel readModel,
      Owner.Remote self,
      NodeClient nodes,
      ForwardMetrics metrics,
      Duration patience,
      Neighbours neighbours,
      UnderWay underWay) {
    this.readModel = readModel;
    this.self = self;
    this.nodes = nodes;
    this.metrics = metrics;
    this.patienceNanos = patience.toNanos();
    this.neighbours = neighbours;
    this.underWay = underWay;
    this.replicas = new ReplicaReads(vertx, readModel, metrics);
    this.waiting = new WaitingRoom(vertx, readModel, neighbours);
    metrics.observe(waiting::taken);
  }

  /**
   * A request of another node is for the internal port. Were it forwarded from here, it could go
   * round between nodes.
   */
  @Override
  public void admit(RoutingContext request) {
    if (request.request().headers().contains(InternalCalls.HOP)) {
      if (!strayedHere.getAndSet(true)) {
        LOG.warn("{} calls this node, but: {}", Caller.of(request).address(), FOR_CLIENTS);
      }
      throw RefusedException.unavailable(FOR_CLIENTS);
    }
    underWay.begin(request);
  }

  @Override
  public void mount(Router router) {
    for (String path : FlowPaths.OF_PATH) {
      router.route(path).handler(this::handle).failureHandler(this::failed);
    }
    for (String path : FlowPaths.OF_PARAMETER) {
      router.get(path).handler(this::handle).failureHandler(this::failed);
      router.head(path).handler(this::handle).failureHandler(this::failed);
    }
  }

  private void handle(RoutingContext request) {
    Optional<String> flow = FlowPaths.flow(request);
    if (flow.isEmpty()) {
      request.next();
      return;
    }
    Replica.Consistency wanted = Replica.wanted(request);
    if (!Hop.isTail(request)) {
      Requests.putDeadline(request, System.nanoTime() + patienceNanos);
    }
    int partition = readModel.partitionOf(flow.get());
    Owner owner = readModel.owner(partition);
    if (owner instanceof Owner.Local) {
      request.next();
    } else {
      replicas.answer(
          request,
          partition,
          wanted,
          () -> new Journey(request, partition, Optional.empty()).goOn(owner));
    }
  }

  /** What lost its owner on its way to the view waits for the next one, as if it had come now. */
  private void failed(RoutingContext request) {
    OptionalInt partition = lost(request, readModel);
    if (partition.isPresent()) {
      request.response().headers().remove(Requests.POSITION);
      new Journey(request, partition.getAsInt(), Optional.of(self))
          .goOn(readModel.owner(partition.getAsInt()));
    } else {
      request.next();
    }
  }

  /**
   * The partition of a request that has failed since its view is not here any more, before anything
   * was done for it; empty for all others.
   */
  static OptionalInt lost(RoutingContext request, ReadModel readModel) {
    Optional<String> flow = FlowPaths.flow(request);
    HttpServerResponse response = request.response();
    if (flow.isEmpty()
        || !(request.failure() instanceof ViewUnavailableException)
        || response.headWritten()
        || response.ended()
        || response.closed()
        || !(Hop.isSafe(request.request().method()) || Requests.isUntouched(request))) {
      return OptionalInt.empty();
    }
    int partition = readModel.partitionOf(flow.get());
    return readModel.owner(partition) instanceof Owner.Local
        ? OptionalInt.empty()
        : OptionalInt.of(partition);
  }

  /** A request that is not answered here at once. All of it happens on its event loop. */
  private final class Journey implements Hop.Errand, WaitingRoom.Guest {

    private final RoutingContext request;
    private final int partition;
    private final long deadline;
    private final Optional<Owner.Remote> here;
    private byte[] body;
    private int refusals;

    /**
     * @param here where this node answers it, if need be: empty for its endpoints, which come next
     */
    Journey(RoutingContext request, int partition, Optional<Owner.Remote> here) {
      this.request = request;
      this.here = here;
      this.deadline = Requests.deadline(request).orElseGet(() -> System.nanoTime() + patienceNanos);
      this.partition = partition;
      this.body = Requests.body(request);
    }

    @Override
    public boolean hasLeft() {
      return request.response().ended() || request.response().closed();
    }

    @Override
    public void goOn(Owner owner) {
      if (hasLeft()) {
        return;
      }
      if (owner instanceof Owner.Remote remote) {
        begin(remote);
      } else if (owner instanceof Owner.Nobody) {
        await();
      } else if (here.isPresent()) {
        begin(here.get());
      } else {
        Requests.putBody(request, body);
        body = new byte[0];
        request.next();
      }
    }

    private void begin(Owner.Remote node) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      metrics.forwarded().increment();
      new Hop(nodes, request, body, node, this).begin(Math.max(1, left));
    }

    @Override
    public boolean hasMovedFrom(Owner.Remote node) {
      Owner now = readModel.owner(partition);
      if (now instanceof Owner.Local && here.isPresent()) {
        return !here.get().equals(node);
      }
      return !(now instanceof Owner.Nobody) && !now.equals(node);
    }

    @Override
    public boolean speaks(Owner.Remote node) {
      return neighbours.speaks(node);
    }

    private void await() {
      if (System.nanoTime() - deadline > 0) {
        tooLate();
      } else if (!waiting.enter(partition, refusals, deadline, this)) {
        request.fail(
            RefusedException.unavailable(
                "too many requests wait for a node that answers for them, try again"));
      }
    }

    @Override
    public void tooLate() {
      request.fail(
          RefusedException.unavailable(
              "no node answers for partition " + partition + " now, try again"));
    }

    @Override
    public void answered(long nanos) {
      metrics.answered().record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void notTaken() {
      metrics.again().increment();
      neighbours.askAll();
      refusals++;
      await();
    }

    @Override
    public void unknown(Throwable cause) {
      metrics.lost().increment();
      neighbours.askAll();
      request.fail(
          RefusedException.unavailable(
              "the node that answers for partition "
                  + partition
                  + " has gone; it is not known whether it has carried this out, try again"));
    }
  }
}
