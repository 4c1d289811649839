package io.flowledger.deploy.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flowledger.projector.readmodel.Owner;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes, which are asked several times a second what they answer for. */
final class Peers implements ClusterTenure.Others {

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final long ASK_EVERY_MS = 300;
  private static final long ASK_LIMIT_MS = 1000;

  /** After so long all others know what a node says of itself. */
  static final long KNOWN_MS = 2 * ASK_EVERY_MS;

  private static final String QUESTION = InternalRoutes.NODE;

  private final Vertx vertx;
  private final Line line;
  private final GroupWatch.Member self;
  private final LongSupplier nanoTime;
  private final Consumer<GroupWatch.Member> dead;
  private final Moves moves;
  private final Map<GroupWatch.Member, Peer> peers = new ConcurrentHashMap<>();

  private volatile long timer;
  private volatile boolean stopped;

  /** Asks another node a question that is answered at once. */
  interface Line {
    /**
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
    timer = vertx.setPeriodic(ASK_EVERY_MS, tick -> askAll());
  }

  /** Nobody is asked any more. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** The group is this now. */
  void seen(GroupWatch.Seen group) {
    long now = nanoTime.getAsLong();
    for (GroupWatch.Member member : group.members()) {
      // One of this node's own name at another address is this node as it was.
      if (!member.instance().equals(self.instance())) {
        peers.computeIfAbsent(
            member,
            unknown -> {
              LOG.info("node {} is in the cluster", member.address());
              return new Peer(member);
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

  /** Asks all at once that are not being asked already. */
  @Override
  public void askAll() {
    peers.values().forEach(this::ask);
  }

  private void ask(Peer peer) {
    if (stopped || !peer.startAsking()) {
      return;
    }
    long asked = nanoTime.getAsLong();
    line.ask(peer.place(), QUESTION, ASK_LIMIT_MS)
        .onSuccess(text -> answered(peer, text, asked))
        .onFailure(cause -> failed(peer, cause, asked));
  }

  private void answered(Peer peer, String text, long asked) {
    try {
      Statement said = Statement.parse(text);
      peer.hasSaid(said, asked);
      moves.areAnsweredBy(peer, said.answered());
    } catch (JsonProcessingException e) {
      peer.wasSilent();
      LOG.warn("node {} says what nobody understands", peer.member().address(), e);
    }
  }

  private void failed(Peer peer, Throwable cause, long asked) {
    if (!isRefusal(cause)) {
      peer.wasSilent();
      LOG.debug("node {} does not answer", peer.member().address(), cause);
    } else if (peer.hasRefused(asked) && peer.isInGroup()) {
      dead.accept(peer.member());
    }
  }

  /**
   * Whether a machine has answered that nobody listens; one that does not answer may be cut off.
   */
  private static boolean isRefusal(Throwable cause) {
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

  Collection<Peer> all() {
    return peers.values();
  }
}
