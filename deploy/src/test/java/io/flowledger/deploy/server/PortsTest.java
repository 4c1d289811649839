package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {

  /** A server asks for several before it uses the first. */
  @Test
  void whoAsksAgainGetsAnotherOne() {
    assertThat(IntStream.range(0, 2000).map(i -> Ports.free()).boxed().toList())
        .doesNotHaveDuplicates();
  }
}
