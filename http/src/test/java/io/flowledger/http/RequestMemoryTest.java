package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flowledger.http.RequestMemory.Hold;
import io.flowledger.http.RequestMemory.Lease;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RequestMemoryTest {

  private static final int MIB = 1 << 20;

  private final RequestMemory memory = new RequestMemory(8 * MIB);

  private static Reason refusal(Lease lease, long bytes) {
    return catchThrowableOfType(RefusedException.class, () -> lease.take(bytes)).reason();
  }

  @Test
  void whatIsTakenIsHeldUntilAllHaveClosedIt() {
    Lease lease = memory.lease();
    lease.take(100);
    lease.take(20);
    lease.release(50);
    Hold other = lease.hold();
    lease.close();
    lease.close();
    assertThat(memory.held()).isEqualTo(70);
    other.close();
    assertThat(memory.held()).isZero();
    other.close();
    assertThat(memory.held()).isZero();
  }

  @Test
  void whatIsOverTakesNothing() {
    Lease lease = memory.lease();
    lease.take(100);
    lease.close();
    lease.close();
    lease.take(100);
    lease.release(10);
    lease.hold().close();
    assertThat(memory.held()).isZero();
  }

  @Test
  void whatThereIsNoRoomForNowIsRefusedUntilThereIs() {
    Lease first = memory.lease();
    first.take(4 * MIB);
    Lease second = memory.lease();
    second.take(MIB);
    assertThat(refusal(second, 3 * MIB)).isEqualTo(Reason.UNAVAILABLE);
    assertThat(memory.held()).isEqualTo(5 * MIB);
    first.close();
    second.take(3 * MIB);
    assertThat(memory.held()).isEqualTo(4 * MIB);
    assertThat(memory.refused()).isEqualTo(1);
  }

  @Test
  void whatThereNeverIsRoomForIsTooLarge() {
    assertThat(refusal(memory.lease(), 7 * MIB + 1)).isEqualTo(Reason.TOO_LARGE);
    memory.lease().take(7 * MIB);
  }

  @Test
  void anEighthIsForSmallOnes() {
    memory.lease().take(7 * MIB);
    assertThat(refusal(memory.lease(), (256 << 10) + 1)).isEqualTo(Reason.UNAVAILABLE);
    for (int i = 0; i < 4; i++) {
      memory.lease().take(256 << 10);
    }
    assertThat(refusal(memory.lease(), 1)).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void neverMoreIsHeldThanThereIs() {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    System.out.println("RequestMemoryTest: -Dflowledger.test.seed=" + seed);
    Random random = new Random(seed);
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (leases.isEmpty() || random.nextInt(4) == 0) {
        leases.add(memory.lease());
      }
      Lease lease = leases.get(random.nextInt(leases.size()));
      try {
        lease.take(random.nextInt(MIB));
      } catch (RefusedException full) {
        leases.remove(lease);
        lease.close();
      }
      assertThat(memory.held()).isBetween(0L, 8L * MIB);
    }
    leases.forEach(Lease::close);
    assertThat(memory.held()).isZero();
  }
}
