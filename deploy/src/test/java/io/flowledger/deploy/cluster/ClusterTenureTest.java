package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterTenureTest {

  private static final long LEASE = Lease.RUN_OUT.toNanos();

  private long now = 1;
  private boolean othersGaveUp;
  private long last = -1;
  private final List<AppliedWaiter> waiters = new ArrayList<>();
  private final Lease lease = new Lease(Duration.ofSeconds(6), () -> now, () -> now / 1_000_000);
  private final ClusterTenure tenure =
      new ClusterTenure(
          2,
          lease,
          new Others(),
          () -> now,
          Runnable::run,
          new Moves(() -> now, new SimpleMeterRegistry()));

  private final class Others implements ClusterTenure.Others {
    @Override
    public boolean haveGivenUp(int partition, long since) {
      return othersGaveUp;
    }

    @Override
    public Optional<Owner.Remote> answering(int partition) {
      return partition == 1 ? Optional.of(new Owner.Remote("b", 1)) : Optional.empty();
    }

    @Override
    public void askAll() {}
  }

  private final class Views implements ClusterTenure.Views {
    @Override
    public List<Position> missing(Collection<Integer> partitions) {
      return last < 0
          ? List.of()
          : partitions.stream().map(partition -> Position.event(partition, last)).toList();
    }

    @Override
    public void awaitApplied(Position position, AppliedWaiter waiter) {
      waiters.add(waiter);
    }
  }

  private void openInNewGroup() {
    tenure.of(new Views());
    tenure.groupSeen(lease.now(), true, Optional.empty());
    member();
    tenure.opened(0);
  }

  private void member() {
    lease.confirm(lease.now());
    tenure.joined("own");
    tenure.groupSeen(lease.now(), false, Optional.of("own"));
  }

  /** Lets time pass while the group is asked all the time. */
  private void pass(long nanos, String id) {
    for (long until = now + nanos; now < until; ) {
      now = Math.min(until, now + 400_000_000);
      lease.confirm(lease.now());
      tenure.groupSeen(lease.now(), false, Optional.of(id));
    }
  }

  @Test
  void aPartitionIsHeldWhenTheOthersHaveGivenItUp() {
    openInNewGroup();
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
    assertThat(tenure.isOpen(0)).isTrue();
    othersGaveUp = true;
    tenure.check();
    assertThat(tenure.holds(0)).isTrue();
    assertThat(tenure.holds(1)).isFalse();
    tenure.closed(0);
    assertThat(tenure.holds(0)).isFalse();
    assertThat(tenure.isOpen(0)).isFalse();
  }

  @Test
  void andWhenAllIsAppliedThatTheyMayHaveShown() {
    openInNewGroup();
    othersGaveUp = true;
    last = 7;
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
    waiters.remove(0).unavailable(new ViewUnavailableException("late"));
    tenure.check(); // once more
    waiters.remove(0).applied();
    assertThat(tenure.holds(0)).isTrue();
  }

  @Test
  void whatIsAppliedAfterItHasMovedGivesNoTenure() {
    openInNewGroup();
    othersGaveUp = true;
    last = 7;
    tenure.check();
    tenure.closed(0);
    tenure.opened(0);
    othersGaveUp = false;
    waiters.remove(0).applied(); // of the term that is over
    assertThat(tenure.holds(0)).isFalse();
  }

  @Test
  void itIsHeldForAsLongAsTheLease() {
    openInNewGroup();
    othersGaveUp = true;
    tenure.check();
    now += LEASE;
    assertThat(tenure.holds(0)).isFalse();
    assertThat(tenure.isCertain()).isFalse();
    member();
    assertThat(tenure.holds(0)).isTrue();
  }

  private void isHeldNoSoonerThanAfterALease(String memberId) {
    pass(LEASE - 1, memberId);
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
    pass(1, memberId);
    tenure.check();
    assertThat(tenure.holds(0)).isTrue();
  }

  @Test
  void whoeverWasInTheGroupJustBeforeTheStartIsWaitedFor() {
    tenure.of(new Views());
    tenure.groupSeen(lease.now(), false, Optional.empty());
    othersGaveUp = true;
    member();
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
    isHeldNoSoonerThanAfterALease("own");
  }

  @Test
  void nobodyIsWaitedForWhereTheLastOneHasSaidSo() {
    tenure.of(new Views());
    tenure.groupSeen(lease.now(), false, Optional.empty());
    tenure.nobodyHasALease();
    othersGaveUp = true;
    member();
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).isTrue();
  }

  @Test
  void whoHadTheNameOfThisOneIsWaitedForAllTheSame() {
    tenure.of(new Views());
    tenure.groupSeen(lease.now(), false, Optional.of("killed"));
    tenure.joined("own");
    member();
    tenure.nobodyHasALease();
    othersGaveUp = true;
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
  }

  @Test
  void whoeverCameAndWentWhileTheGroupCouldNotBeAskedIsWaitedForToo() {
    openInNewGroup();
    othersGaveUp = true;
    now += 1_000_000_000;
    member();
    tenure.check();
    assertThat(tenure.holds(0)).isTrue();
    tenure.closed(0);
    now += 3_000_000_000L;
    member();
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).isFalse();
    isHeldNoSoonerThanAfterALease("own");
  }

  @Test
  void whoHasTheNameOfThisOneIsNotThisOne() {
    openInNewGroup();
    othersGaveUp = true;
    tenure.check();
    assertThat(tenure.holds(0)).isTrue();

    tenure.groupSeen(lease.now(), false, Optional.of("a copy"));
    assertThat(tenure.holds(0)).isFalse();
    tenure.closed(0);
    tenure.joined("own again");
    tenure.groupSeen(lease.now(), false, Optional.of("own again"));
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).as("before the lease of the copy can have run out").isFalse();
    isHeldNoSoonerThanAfterALease("own again");
  }

  @Test
  void itsOwnNameIsItsOwnAlsoWhereTheGroupKnowsItFirst() {
    tenure.of(new Views());
    lease.confirm(lease.now());
    tenure.groupSeen(lease.now(), true, Optional.empty());
    tenure.groupSeen(lease.now(), false, Optional.of("own"));
    assertThat(lease.isValid()).isFalse();
    tenure.joined("own");
    assertThat(lease.isValid()).isTrue();
    othersGaveUp = true;
    tenure.opened(0);
    tenure.check();
    assertThat(tenure.holds(0)).as("without waiting for itself").isTrue();
  }

  @Test
  void othersAreNamedWhoAnswer() {
    assertThat(tenure.elsewhere(0)).isEqualTo(new Owner.Nobody());
    assertThat(tenure.elsewhere(1)).isEqualTo(new Owner.Remote("b", 1));
  }
}
