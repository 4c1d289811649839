package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

  private static final long SECOND = 1_000_000_000;

  private long nanos = 17;
  private long millis = 1_000_000;
  private final Lease lease = new Lease(Duration.ofSeconds(6), () -> nanos, () -> millis);

  private void pass(long seconds) {
    nanos += seconds * SECOND;
    millis += seconds * 1000;
  }

  @BeforeEach
  void confirm() {
    lease.confirm(lease.now());
  }

  @Test
  void nobodyHasOneAtFirst() {
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void itLastsFromTheQuestionOnNotFromTheAnswer() {
    Lease.Instant asked = lease.now();
    pass(3);
    lease.renew(asked);
    assertThat(lease.isValid()).isTrue();
    assertThat(lease.millisLeft()).isEqualTo(1000);
    pass(1);
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void anAnswerThatWasOvertakenShortensNothing() {
    Lease.Instant first = lease.now();
    pass(2);
    lease.renew(lease.now());
    lease.renew(first);
    assertThat(lease.millisLeft()).isEqualTo(4000);
  }

  @Test
  void itEndsWhenWhoeverSaysSoIsShownNoMoreToBeTheCoordinator() {
    for (int second = 0; second < 10; second++) {
      lease.renew(lease.now());
      assertThat(lease.isValid()).isTrue();
      pass(1);
    }
    lease.renew(lease.now());
    assertThat(lease.millisLeft()).isZero();
    assertThat(lease.isValid()).isFalse();
    Lease.Instant asked = lease.now();
    pass(2);
    lease.confirm(asked);
    assertThat(lease.millisLeft()).as("of what the group has said").isEqualTo(2000);
    pass(1);
    lease.renew(lease.now());
    assertThat(lease.millisLeft()).isEqualTo(4000);
    pass(6);
    lease.renew(lease.now());
    assertThat(lease.millisLeft()).as("of what is shown").isEqualTo(1000);
  }

  @Test
  void whatIsShownIsNoMembership() {
    assertThat(lease.isValid()).isFalse();
    lease.renew(lease.now());
    lease.end();
    lease.confirm(lease.now());
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void itEndsWhileTheMachineSleeps() {
    lease.renew(lease.now());
    millis += 4000; // the other clock has stood still
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void aClockThatIsSetBackEndsItToo() {
    lease.renew(lease.now());
    millis -= 3_600_000;
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void itEndsWhenTheGroupSaysSo() {
    lease.renew(lease.now());
    lease.end();
    assertThat(lease.isValid()).isFalse();
    lease.renew(lease.now());
    assertThat(lease.isValid()).isTrue();
  }
}
