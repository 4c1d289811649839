package io.flowledger.deploy.cluster;

import io.flowledger.http.Routes;
import io.flowledger.http.forward.ClusterNodes;
import io.flowledger.http.forward.ClusterSecret;
import io.flowledger.http.forward.ForwardMetrics;
import io.flowledger.http.forward.Forwarding;
import io.flowledger.http.forward.InternalCalls;
import io.flowledger.http.forward.NodeClient;
import io.flowledger.http.forward.NodeParts;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.http.forward.UnderWay;
import io.flowledger.projector.Projector;
import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** This node among the others: what it says to them, knows of them, and has done by them. */
public final class ClusterNode implements AutoCloseable {

  private static final long CHECK_EVERY_MS = 20;
  private static final long FIRST_SIGHT_LIMIT_MS = 5000;

  /**
   * What a node is made with.
   *
   * @param group of all nodes at Kafka
   * @param instance its name in the group
   * @param address {@code host:port} of its internal port
   * @param secret that it shares with the others; empty for none
   * @param version of its program
   * @param partitions of the log
   * @param topic of the log; any
   * @param session after which Kafka takes a silent node out of the group
   * @param standbyReplicas of each view
   * @param patience how long a request waits for a node that answers for it
   * @param authorities of the certificates of the nodes; empty where they speak clear text
   */
  public record Settings(
      String group,
      String instance,
      String address,
      Optional<String> secret,
      String version,
      int partitions,
      String topic,
      Duration session,
      int standbyReplicas,
      Duration patience,
      Optional<TrustOptions> authorities) {}

  private final Settings settings;
  private final Vertx vertx;
  private final ClusterSecret secret;
  private final NodeClient client;
  private final Lease lease;
  private final Peers peers;
  private final GroupWatch watch;
  private final Admin proofs;
  private final ClusterTenure tenure;
  private final ForwardMetrics metrics;
  private final MeterRegistry registry;
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "cluster");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long lastAsked = Long.MIN_VALUE;
  private final CountDownLatch groupSeen = new CountDownLatch(1);
  private final UnderWay underWay = new UnderWay();
  private volatile boolean draining;

  /**
   * @param admins makes those of the Kafka cluster, which are closed with this
   */
  public ClusterNode(
      Settings settings, Vertx vertx, Supplier<Admin> admins, MeterRegistry metrics) {
    this.settings = settings;
    this.vertx = vertx;
    this.secret = new ClusterSecret(settings.secret());
    this.client = new NodeClient(vertx, secret, settings.authorities());
    this.lease = new Lease(settings.session(), System::nanoTime, System::currentTimeMillis);
    this.metrics = new ForwardMetrics(metrics);
    this.registry = metrics;
    Moves moves = new Moves(System::nanoTime, metrics);
    this.peers = new Peers(vertx, client::ask, self(), System::nanoTime, this::evict, moves);
    this.tenure =
        new ClusterTenure(settings.partitions(), lease, peers, System::nanoTime, clock, moves);
    this.proofs = admins.get();
    this.watch =
        new GroupWatch(
            admins.get(),
            settings.group(),
            lease,
            new CoordinatorProof(
                proofs, settings.group(), settings.topic(), lease, tenure::nobodyHasALease),
            this::seen);
  }

  private GroupWatch.Member self() {
    return new GroupWatch.Member(settings.instance(), settings.address());
  }

  private synchronized void seen(GroupWatch.Seen group) {
    if (group.asked().nanos() - lastAsked < 0 && lastAsked != Long.MIN_VALUE) {
      return; // an answer that was overtaken
    }
    lastAsked = group.asked().nanos();
    peers.seen(group);
    tenure.groupSeen(group.asked(), !group.exists(), group.idOf(settings.instance()));
    groupSeen.countDown();
  }

  private void evict(GroupWatch.Member dead) {
    watch.evict(dead);
  }

  /** Says what the projector of this node may let be read. */
  public Tenure tenure() {
    return tenure;
  }

  /** The views of this node, for its endpoints. */
  public ReadModel readModel(Projector projector, Duration applyTimeout) {
    tenure.of(
        new ClusterTenure.Views() {
          @Override
          public List<Position> missing(Collection<Integer> partitions) {
            return projector.missing(partitions);
          }

          @Override
          public void awaitApplied(Position position, AppliedWaiter waiter) {
            projector.awaitApplied(position, waiter);
          }
        });
    return new ClusterReadModel(
        projector,
        peers::mayAnswer,
        client,
        vertx,
        applyTimeout,
        () -> draining,
        tenure::isCertain,
        peers::cutOff);
  }

  /** The others, for what is about all flows. */
  public OtherNodes others(ReadModel readModel) {
    return new ClusterNodes(readModel, client, peers);
  }

  /** What stands before the endpoints on the internal port. */
  public List<Routes> internal(Projector projector) {
    return List.of(
        new InternalCalls(secret, projector, underWay),
        new InternalRoutes(() -> statement(projector), projector));
  }

  /** What stands before the endpoints on the public port. */
  public Routes forwarding(ReadModel readModel) {
    return new Forwarding(
        vertx,
        readModel,
        Owner.Remote.at(settings.address()),
        client,
        metrics,
        settings.patience(),
        peers,
        underWay);
  }

  /** Puts parts of requests to the others. */
  public PartCalls parts() {
    return new NodeParts(client, metrics, settings.patience(), peers);
  }

  private Statement statement(Projector projector) {
    return new Statement(
        settings.instance(),
        settings.version(),
        draining,
        lease.millisLeft(),
        partitions(tenure::holds),
        partitions(tenure::isOpen),
        projector.applied(),
        projector.standby());
  }

  /** Says what this node knows of the cluster, and measures it. */
  public ClusterRoutes picture(Projector projector) {
    new ClusterMetrics(registry)
        .observe(
            () -> Math.max(0, lease.millisLeft()),
            () -> statement(projector),
            () -> peers.all().stream().map(Peer::lastWord).toList());
    return new ClusterRoutes(
        () ->
            ClusterPicture.of(
                nodes(projector),
                settings.partitions(),
                partition -> projector.end(Position.Log.EVENTS, partition)),
        vertx);
  }

  private List<ClusterPicture.Node> nodes(Projector projector) {
    List<ClusterPicture.Node> nodes = new ArrayList<>();
    nodes.add(
        new ClusterPicture.Node(
            settings.address(),
            true,
            lease.isValid(),
            Optional.of(ClusterPicture.Word.of(statement(projector))),
            OptionalLong.of(0)));
    peers.all().stream()
        .map(ClusterNode::picture)
        .sorted(Comparator.comparing(ClusterPicture.Node::address))
        .forEach(nodes::add);
    return nodes;
  }

  private static ClusterPicture.Node picture(Peer peer) {
    Optional<Statement> said = Optional.ofNullable(peer.lastWord());
    return new ClusterPicture.Node(
        peer.member().address(),
        false,
        peer.isInGroup(),
        said.map(ClusterPicture.Word::of),
        said.isPresent()
            ? OptionalLong.of((System.nanoTime() - peer.lastWordAt()) / 1_000_000)
            : OptionalLong.empty());
  }

  private List<Integer> partitions(IntPredicate which) {
    return IntStream.range(0, settings.partitions()).filter(which).boxed().toList();
  }

  /**
   * Begins to look at the others, who can call this node from now on. Blocks until the group has
   * been seen as it is without this node, but not for long: then it takes over later; and until all
   * who are in it have been spoken with.
   *
   * @param limit how long they may say nothing
   * @param progress is told who is waited for
   * @return why this node must not join them; empty where it may
   */
  public Optional<String> start(Duration limit, Consumer<String> progress) {
    watch.start();
    try {
      groupSeen.await(FIRST_SIGHT_LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    peers.start();
    clock.scheduleWithFixedDelay(
        tenure::check, CHECK_EVERY_MS, CHECK_EVERY_MS, TimeUnit.MILLISECONDS);
    return new OwnName(client::ask, self())
        .wrong(peers.namesakes())
        .or(() -> new Introduction(peers, System::nanoTime, progress).await(limit));
  }

  /**
   * Gives what this node answers for to the others, who are close behind then, and waits until they
   * answer all that has come here: as far as there are others, and as that can be waited for.
   * Requests that come meanwhile wait, and go on to them. Blocks.
   *
   * @param close within which the others should be close behind
   * @param answered within which all should be answered after that
   */
  public void drain(Projector projector, Duration close, Duration answered) {
    draining = true;
    Drain.Node own =
        new Drain.Node() {
          @Override
          public List<Statement> successors() {
            return peers.successors();
          }

          @Override
          public Map<Integer, Long> applied() {
            return projector.applied();
          }

          @Override
          public IntSupplier cameByNow() {
            return underWay.cameByNow();
          }

          @Override
          public void leave() {
            projector.leave();
            if (peers.all().isEmpty() && projector.applied().isEmpty()) {
              watch.leaveNobody();
            }
          }
        };
    try {
      new Drain(
              own,
              settings.partitions(),
              settings.standbyReplicas() > 0,
              System::nanoTime,
              TimeUnit.MILLISECONDS::sleep)
          .run(Duration.ofMillis(Peers.KNOWN_MS), close, answered);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    peers.stop();
    watch.close();
    proofs.close(Duration.ZERO);
    client.close();
  }
}
