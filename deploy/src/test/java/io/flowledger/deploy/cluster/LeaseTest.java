package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {

  private static final long SECOND = 1_000_000_000;

  private long nanos = 17;
  private long millis = 1_000_000;
  private final Lease lease = new Lease(() -> nanos, () -> millis);

  private void pass(long seconds) {
    nanos += seconds * SECOND;
    millis += seconds * 1000;
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
