package io.flowledger.deploy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StoppableTest {

  private final AtomicInteger stops = new AtomicInteger();
  private final Stoppable work = new Stoppable();

  @Test
  void isStoppedWhileItGoesOn() {
    work.begin(stops::incrementAndGet);
    assertThat(stops).hasValue(0);
    work.stop();
    assertThat(stops).hasValue(1);
  }

  /** As the audit of a client that hangs up while the audit still looks for its topic. */
  @Test
  void isStoppedAsSoonAsItBegins() {
    work.stop();
    assertThat(stops).hasValue(0);
    work.begin(stops::incrementAndGet);
    assertThat(stops).hasValue(1);
  }

  @Test
  void goesOnWhereNobodyStopsIt() {
    work.begin(stops::incrementAndGet);
    assertThat(stops).hasValue(0);
  }
}
