package io.flowledger.deploy.cluster;

import io.flowledger.projector.readmodel.Owner;
import org.jspecify.annotations.Nullable;

/** What is known of another node. Its moments are nanoseconds of the clock that never goes back. */
final class Peer {

  private static final int REFUSALS_OF_A_DEAD_ONE = 2;

  private final GroupWatch.Member member;
  private final Owner.Remote place;
  private volatile @Nullable Statement said;
  private volatile long saidAt; // when it was asked
  private volatile long refusedAt;
  private volatile boolean refused; // since it has said something
  private volatile int refusals; // one after the other
  private volatile boolean inGroup = true;
  private volatile long goneAt;
  private boolean asking; // guarded by this
  private boolean askAgain; // guarded by this
  private volatile long heardAt; // or when it was seen first
  private volatile Silence silence = Silence.of("it has not been asked yet");
  private boolean silenceIsTold;

  /**
   * Why it says nothing.
   *
   * @param isForEver whether it will not answer this node as it is
   */
  record Silence(String reason, boolean isForEver) {
    static Silence of(String reason) {
      return new Silence(reason, false);
    }
  }

  /**
   * @param now when it is seen first
   */
  Peer(GroupWatch.Member member, long now) {
    this.heardAt = now;
    this.member = member;
    this.place = Owner.Remote.at(member.address());
  }

  GroupWatch.Member member() {
    return member;
  }

  Owner.Remote place() {
    return place;
  }

  /**
   * Whether it has not answered yet what it was asked; if not, it is being asked from now on.
   *
   * @param now whether it is to be asked once more where that is so: what it says then may be older
   */
  synchronized boolean startAsking(boolean now) {
    if (asking) {
      askAgain |= now;
      return false;
    }
    asking = true;
    askAgain = false;
    return true;
  }

  /** Whether it was to be asked while it was being asked. */
  synchronized boolean isToBeAskedAgain() {
    return askAgain && !asking;
  }

  /**
   * It has answered.
   *
   * @return whether that is worth telling, since its silence has been told
   */
  synchronized boolean hasSaid(Statement statement, long askedAt) {
    asking = false;
    heardAt = askedAt;
    said = statement;
    saidAt = askedAt;
    refused = false;
    refusals = 0;
    boolean wasTold = silenceIsTold;
    silenceIsTold = false;
    return wasTold;
  }

  /**
   * Its machine says that nobody listens there. Once may be an accident of the network.
   *
   * @return whether its process is taken for dead now, and had not been before
   */
  synchronized boolean hasRefused(long askedAt) {
    asking = false;
    askAgain &= refusals > 0; // the accident, if it is one, may last for a moment
    refused = true;
    refusedAt = askedAt;
    silence = Silence.of("nobody listens there");
    return ++refusals == REFUSALS_OF_A_DEAD_ONE;
  }

  /** Nothing is known of it, not even that its machine is there. */
  synchronized void wasSilent(Silence why) {
    asking = false;
    refusals = 0;
    silence = why;
  }

  /** For how long it has said nothing. */
  long silentNanos(long now) {
    return now - heardAt;
  }

  Silence silence() {
    return silence;
  }

  /** Whether it is to be told that it says nothing: once, until it has said something again. */
  synchronized boolean isWorthTelling(long nanos, long now) {
    boolean tell = inGroup && !silenceIsTold && silentNanos(now) > nanos;
    silenceIsTold |= tell;
    return tell;
  }

  /** Whether it is in the group, and has neither said anything yet nor is known to be dead. */
  boolean isStrange() {
    return inGroup && said == null && refusals < REFUSALS_OF_A_DEAD_ONE;
  }

  void seen(boolean in, long now) {
    if (inGroup && !in) {
      goneAt = now;
    }
    inGroup = in;
  }

  boolean isInGroup() {
    return inGroup;
  }

  /** Whether it has been out of the group for longer than any lease, and can be forgotten. */
  boolean isHistory(long now) {
    return !inGroup && now - goneAt > Lease.RUN_OUT.toNanos();
  }

  /**
   * Whether it certainly has not answered for a partition since a moment, and will not. That nobody
   * listens at its address says so only where it has been heard there before: it may never have
   * been its own, or not be reachable from here.
   */
  boolean hasGivenUp(int partition, long since, long now) {
    Statement last = said;
    boolean saysNo = last != null && saidAt - since > 0 && !last.open().contains(partition);
    boolean isDead = last != null && refusals >= REFUSALS_OF_A_DEAD_ONE && refusedAt - since > 0;
    return saysNo || isDead || isHistory(now);
  }

  /** What it has said last; null where that is nothing, or it is known to be dead. */
  @Nullable Statement lastWord() {
    return refused ? null : said;
  }

  /** Whether it has said, as the last thing, that it is about to stop. */
  boolean wasDraining() {
    Statement last = said;
    return last != null && last.draining();
  }

  long lastWordAt() {
    return saidAt;
  }
}
