package io.flowledger.deploy.cluster;

import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.schemas.Position;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tenure of a node among others. A partition that has been opened here is answered for when every
 * other node has certainly stopped to do so, and all is applied that was in the log by then: so
 * nothing is missing that the one before may have shown. And it is answered for as long as the
 * lease of this node lasts, which those wait for who take over from it.
 */
final class ClusterTenure implements Tenure {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterTenure.class);

  private static final long LONGEST_GAP_NANOS = Lease.LENGTH.toNanos() / 2;

  /** How far the taking over of a partition is. */
  private enum Stage {
    OTHERS_MAY_ANSWER,
    CATCHING_UP,
    HELD
  }

  /** From the opening of a partition to its closing. */
  private static final class Term {
    final long since;
    volatile Stage stage = Stage.OTHERS_MAY_ANSWER;

    Term(long since) {
      this.since = since;
    }
  }

  /** What is known of the other nodes. */
  interface Others {
    /** Whether none of them answers for a partition, or may have since a moment. */
    boolean haveGivenUp(int partition, long sinceNanos);

    /** Who says, as the last one, that they answer for a partition. */
    Optional<Owner.Remote> answering(int partition);

    /** Asks them now, and not when it is time. */
    void askAll();
  }

  /** The views of this node, and their log. */
  interface Views {
    /** The last records of partitions, as far as they have not been applied. Blocks. */
    List<Position> missing(Collection<Integer> partitions);

    void awaitApplied(Position position, AppliedWaiter waiter);
  }

  private final Lease lease;
  private final Others others;
  private final LongSupplier nanoTime;
  private final Executor blocking;
  private final Moves moves;
  private final AtomicReferenceArray<@Nullable Term> terms;
  private volatile @Nullable Views views;
  private volatile boolean groupSeen;
  private String ownId = ""; // guarded by this, as those below
  private String named = ""; // the member that has the name of this process
  private final Set<String> namedBefore = new HashSet<>(); // and were others, as far as is known
  private Lease.@Nullable Instant lastSeen;
  private boolean waitsForUnknown; // and for nobody else
  private volatile long mayHaveOthersUntil;

  /**
   * @param blocking runs what blocks
   * @param moves is told which partitions are answered for
   */
  ClusterTenure(
      int partitions,
      Lease lease,
      Others others,
      LongSupplier nanoTime,
      Executor blocking,
      Moves moves) {
    this.lease = lease;
    this.others = others;
    this.nanoTime = nanoTime;
    this.blocking = blocking;
    this.moves = moves;
    this.terms = new AtomicReferenceArray<>(partitions);
  }

  /** Says whose views they are, before the first one is opened. */
  void of(Views own) {
    views = own;
  }

  /**
   * The group has been seen. Whoever is not in it the first time may have been until just now, and
   * is not known; nor is whoever has come and gone while it could not be asked. Neither is whoever
   * has the name of this process: that was this one before it was killed, or one with a copy of its
   * data folder, which answers until it notices.
   *
   * @param isNew whether there has not been such a group before
   * @param id of the member that has the name of this process
   */
  synchronized void groupSeen(Lease.Instant asked, boolean isNew, Optional<String> id) {
    Lease.Instant before = lastSeen;
    if (before == null) {
      waitsForUnknown = true;
      mayHaveOthersUntil = nanoTime.getAsLong() + (isNew ? 0 : Lease.RUN_OUT.toNanos());
      groupSeen = true;
    } else if (asked.nanos() - before.nanos() > LONGEST_GAP_NANOS) {
      waitForOthers();
    }
    lastSeen = asked;
    named = id.orElse("");
    lookAtTheName();
  }

  @Override
  public synchronized void joined(String memberId) {
    ownId = memberId;
    lookAtTheName(); // the group may know it for a while already
  }

  private void lookAtTheName() {
    Lease.Instant asked = lastSeen;
    if (named.isEmpty() || asked == null) {
      lease.end();
    } else if (named.equals(ownId)) {
      namedBefore.remove(ownId);
      if (!namedBefore.isEmpty()) {
        waitForOthers();
        namedBefore.clear();
      }
      lease.renew(asked);
    } else {
      namedBefore.add(named);
      lease.end();
    }
  }

  /** Nobody has had a lease since the group was seen first, known or not. */
  synchronized void nobodyHasALease() {
    if (waitsForUnknown) {
      mayHaveOthersUntil = nanoTime.getAsLong();
    }
  }

  private void waitForOthers() {
    waitsForUnknown = false;
    mayHaveOthersUntil = nanoTime.getAsLong() + Lease.RUN_OUT.toNanos();
  }

  @Override
  public void opened(int partition) {
    terms.set(partition, new Term(nanoTime.getAsLong()));
    others.askAll();
  }

  @Override
  public void closed(int partition) {
    terms.set(partition, null);
  }

  @Override
  public boolean holds(int partition) {
    Term term = terms.get(partition);
    return term != null && term.stage == Stage.HELD && lease.isValid();
  }

  /** Whether its views are here, so that it is answered for now or will be. */
  boolean isOpen(int partition) {
    return terms.get(partition) != null;
  }

  /** Whether this node certainly is in the group, whatever it answers for. */
  boolean isCertain() {
    return lease.isValid();
  }

  @Override
  public Owner elsewhere(int partition) {
    Optional<Owner.Remote> answering = others.answering(partition);
    return answering.isPresent() ? answering.get() : new Owner.Nobody();
  }

  /** Looks which partitions can be answered for from now on; to be called all the time. */
  void check() {
    Map<Integer, Term> due = new TreeMap<>();
    for (int partition = 0; partition < terms.length(); partition++) {
      Term term = terms.get(partition);
      if (term != null && term.stage == Stage.OTHERS_MAY_ANSWER && haveGivenUp(partition, term)) {
        term.stage = Stage.CATCHING_UP;
        due.put(partition, term);
      }
    }
    if (!due.isEmpty()) {
      catchUp(due);
    }
  }

  private boolean haveGivenUp(int partition, Term term) {
    return groupSeen
        && lease.isValid()
        && nanoTime.getAsLong() - mayHaveOthersUntil >= 0
        && others.haveGivenUp(partition, term.since);
  }

  /** All of them at once: the log is asked once, and most views have all that is in it. */
  private void catchUp(Map<Integer, Term> due) {
    Views own = views;
    if (own == null) {
      throw new IllegalStateException("nobody's views");
    }
    blocking.execute(
        () -> {
          try {
            Map<Integer, List<Position>> missing =
                own.missing(due.keySet()).stream()
                    .collect(Collectors.groupingBy(Position::partition));
            due.forEach(
                (partition, term) ->
                    await(own, partition, term, missing.getOrDefault(partition, List.of())));
          } catch (RuntimeException | Error e) { // what is not done again is waited for for ever
            due.forEach((partition, term) -> again(partition, term, e));
          }
        });
  }

  private void await(Views own, int partition, Term term, List<Position> missing) {
    if (missing.isEmpty()) {
      term.stage = Stage.HELD;
      moves.hasCome(partition, (nanoTime.getAsLong() - term.since) / 1_000_000);
      return;
    }
    own.awaitApplied(
        missing.get(0),
        AppliedWaiter.then(
            Runnable::run,
            unavailable ->
                unavailable.ifPresentOrElse(
                    reason -> again(partition, term, reason),
                    () -> await(own, partition, term, missing.subList(1, missing.size())))));
  }

  private static void again(int partition, Term term, Throwable reason) {
    LOG.warn("partition {} is not answered for yet: {}", partition, reason.getMessage());
    term.stage = Stage.OTHERS_MAY_ANSWER;
  }
}
