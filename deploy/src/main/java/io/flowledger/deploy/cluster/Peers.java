package io.flowledger.deploy.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flowledger.http.forward.Neighbours;
import io.flowledger.http.forward.OtherStatusException;
import io.flowledger.projector.readmodel.Owner;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes, which are asked several times a second what they answer for. */
final class Peers implements ClusterTenure.Others, Neighbours {

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final long ASK_EVERY_MS = 300;
  private static final long ASK_LIMIT_MS = 1000;

  /** After so long all others know what a node says of itself. */
  static final long KNOWN_MS = 2 * ASK_EVERY_MS;

  private static final long TOLD_NANOS = 3_000_000_000L;

  // Longer than a session: one that is dead or paused is out of the group by then.
  private static final long CUT_OFF_NANOS = 8_000_000_000L;
  private static final int FORBIDDEN = 403;

  private static final long SPEAKS_NANOS = 2_000_000_000;
  private static final String QUESTION = InternalRoutes.NODE;

  private final Vertx vertx;
  private final Line line;
  private final GroupWatch.Member self;
  private final LongSupplier nanoTime;
  private final Consumer<GroupWatch.Member> dead;
  private final Moves moves;
  private final Map<GroupWatch.Member, Peer> peers = new ConcurrentHashMap<>();

  private volatile List<GroupWatch.Member> namesakes = List.of();

  private volatile long timer;
  private volatile boolean stopped;

  /** Asks another node a question that is answered at once. */
  interface Line {
    /**
     * Asks; blocks nobody.
     *
     * @return what it says; fails where it says nothing in time
     */
    Future<String> ask(Owner.Remote node, String question, long timeoutMillis);
  }

  /**
   * @param dead is told of one that is no more, once
   * @param moves is told who answers for what
   */
  Peers(
      Vertx vertx,
      Line line,
      GroupWatch.Member self,
      LongSupplier nanoTime,
      Consumer<GroupWatch.Member> dead,
      Moves moves) {
    this.vertx = vertx;
    this.line = line;
    this.self = self;
    this.nanoTime = nanoTime;
    this.dead = dead;
    this.moves = moves;
  }

  void start() {
    timer =
        vertx.setPeriodic(ASK_EVERY_MS, tick -> peers.values().forEach(peer -> ask(peer, false)));
  }

  /** Nobody is asked any more. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** The group is this now. */
  void seen(GroupWatch.Seen group) {
    long now = nanoTime.getAsLong();
    namesakes =
        group.members().stream()
            .filter(member -> member.instance().equals(self.instance()) && !member.equals(self))
            .toList();
    for (GroupWatch.Member member : group.members()) {
      if (!member.instance().equals(self.instance())) {
        peers.computeIfAbsent(
            member,
            unknown -> {
              LOG.info("node {} is in the cluster", member.address());
              return new Peer(member, now);
            });
      }
    }
    peers
        .values()
        .removeIf(
            peer -> {
              peer.seen(group.has(peer.member()), now);
              return peer.isHistory(now);
            });
  }

  /**
   * Those of the group that have the name of this node, at another address: mostly this node as it
   * was.
   */
  List<GroupWatch.Member> namesakes() {
    return namesakes;
  }

  /** Asks all at once; once more those that are being asked. */
  @Override
  public void askAll() {
    peers.values().forEach(peer -> ask(peer, true));
  }

  /**
   * @param now whether what is on its way is too old
   */
  private void ask(Peer peer, boolean now) {
    if (stopped || !peer.startAsking(now)) {
      return;
    }
    long asked = nanoTime.getAsLong();
    line.ask(peer.place(), QUESTION, ASK_LIMIT_MS)
        .onSuccess(text -> answered(peer, text, asked))
        .onFailure(cause -> failed(peer, cause, asked))
        .onComplete(
            over -> {
              if (peer.isToBeAskedAgain()) {
                ask(peer, false);
              }
            });
  }

  private void answered(Peer peer, String text, long asked) {
    Statement said;
    try {
      said = Statement.parse(text);
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.debug("node {} says {}", peer.member().address(), text, e);
      silent(peer, Peer.Silence.of("it says what nobody understands, " + e.getMessage()));
      return;
    }
    if (!said.instance().equals(peer.member().instance())) {
      silent(peer, Peer.Silence.of(strange(said)));
      return;
    }
    if (peer.hasSaid(said, asked)) {
      LOG.info("node {} answers again", peer.member().address());
    }
    moves.areAnsweredBy(peer, said.answered());
  }

  private String strange(Statement said) {
    return (said.instance().equals(self.instance()) ? "this node itself" : "another node")
        + " answers there; each node needs an --advertised-url of its own, and on several machines"
        + " a --cluster-secret-file";
  }

  /** It is asked again; where that has been so for a while, it is told, with the reason. */
  private void silent(Peer peer, Peer.Silence why) {
    peer.wasSilent(why);
    tell(peer);
  }

  private void tell(Peer peer) {
    long now = nanoTime.getAsLong();
    if (peer.isWorthTelling(TOLD_NANOS, now)) {
      LOG.warn(
          "node {} is in the group, but has not answered this one for {} ms, so what either has"
              + " cannot go to the other: {}",
          peer.member().address(),
          peer.silentNanos(now) / 1_000_000,
          peer.silence().reason());
    }
  }

  private void failed(Peer peer, Throwable cause, long asked) {
    if (!isRefusal(cause)) {
      LOG.debug("node {} does not answer", peer.member().address(), cause);
      silent(peer, why(cause));
      return;
    }
    if (peer.hasRefused(asked) && peer.isInGroup()) {
      dead.accept(peer.member());
    }
    tell(peer);
  }

  private static Peer.Silence why(Throwable cause) {
    return isForbidden(cause)
        ? new Peer.Silence("it has another secret, see --cluster-secret-file", true)
        : Peer.Silence.of(cause.getMessage() == null ? cause.toString() : cause.getMessage());
  }

  /** Whether a node has answered that it has another secret. */
  static boolean isForbidden(Throwable cause) {
    return cause instanceof OtherStatusException other && other.status() == FORBIDDEN;
  }

  /**
   * Whether a machine has answered that nobody listens; one that does not answer may be cut off.
   */
  static boolean isRefusal(Throwable cause) {
    return cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException);
  }

  @Override
  public boolean haveGivenUp(int partition, long since) {
    long now = nanoTime.getAsLong();
    return peers.values().stream().allMatch(peer -> peer.hasGivenUp(partition, since, now));
  }

  @Override
  public Optional<Owner.Remote> answering(int partition) {
    Peer found = null;
    for (Peer peer : peers.values()) {
      Statement said = peer.lastWord();
      if (said != null
          && said.answers(partition)
          && (found == null || peer.lastWordAt() - found.lastWordAt() > 0)) {
        found = peer;
      }
    }
    return Optional.ofNullable(found).map(Peer::place);
  }

  /** Those of the group that have not been heard yet, and may be alive. */
  List<Peer> strangers() {
    return peers.values().stream().filter(Peer::isStrange).toList();
  }

  /**
   * Why this node is not to be asked: it has not heard most of the others for longer than they can
   * be dead and in the group. Empty where there is one other only: then the fault may as well be on
   * its side, and each of both answers for a half.
   */
  Optional<String> cutOff() {
    long now = nanoTime.getAsLong();
    List<Peer> others = peers.values().stream().filter(Peer::isInGroup).toList();
    List<Peer> silent =
        others.stream().filter(peer -> peer.silentNanos(now) > CUT_OFF_NANOS).toList();
    return others.size() > 1 && 2 * silent.size() > others.size()
        ? Optional.of(
            "%d of %d other nodes do not answer this one, such as %s: %s"
                .formatted(
                    silent.size(),
                    others.size(),
                    silent.get(0).member().address(),
                    silent.get(0).silence().reason()))
        : Optional.empty();
  }

  @Override
  public boolean speaks(Owner.Remote node) {
    long now = nanoTime.getAsLong();
    return peers.values().stream()
        .anyMatch(
            peer ->
                peer.place().equals(node)
                    && peer.lastWord() != null
                    && now - peer.lastWordAt() < SPEAKS_NANOS);
  }

  /** What those have said last who are in the group, live, and are not about to stop. */
  List<Statement> successors() {
    return peers.values().stream()
        .filter(peer -> peer.isInGroup() && speaks(peer.place()))
        .map(Peer::lastWord)
        .filter(said -> said != null && !said.draining())
        .toList();
  }

  /** Whether a node may answer for a partition: it says so, or has not said anything yet. */
  boolean mayAnswer(Owner.Remote node, int partition) {
    List<Peer> there = peers.values().stream().filter(peer -> peer.place().equals(node)).toList();
    return there.isEmpty()
        || there.stream()
            .map(Peer::lastWord)
            .anyMatch(said -> said == null || said.answers(partition));
  }

  Collection<Peer> all() {
    return peers.values();
  }
}
