package io.flowledger.bench.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Time in these tests is what the clock says, in large steps from its start. */
class OutagesTest {

  private static final long STEP = 1_000_000_000_000L;

  private final Serving serving = new Serving();
  private final Outages outages = new Outages(serving);
  private final long start = System.nanoTime() + STEP;

  private void answered(String node, int partition, double... times) {
    for (double time : times) {
      outages.success(node, partition, at(time) - 1, at(time));
    }
  }

  private long at(double time) {
    return start + (long) (time * STEP);
  }

  private static double steps(Outages.Outage outage) {
    return (double) outage.nanos() / STEP;
  }

  @Test
  void anOutageIsTheLongestTimeWithoutAnAnswer() {
    serving.begin("n1");
    answered("n1", 0, 1, 2, 5, 6, 7);
    Outages.Outage longest = outages.longest(1, at(0), at(8));
    assertThat(steps(longest)).isEqualTo(3);
    assertThat(longest.who()).isEqualTo("partition 0 at n1");
  }

  @Test
  void theBeginningAndTheEndCount() {
    serving.begin("n1");
    answered("n1", 0, 4, 5);
    assertThat(steps(outages.longest(1, at(0), at(6)))).isEqualTo(4);
    assertThat(steps(outages.longest(1, at(4.5), at(9)))).isEqualTo(4);
  }

  @Test
  void everyPartitionCounts() {
    serving.begin("n1");
    answered("n1", 0, 1, 2, 3, 4);
    answered("n1", 1, 1, 4);
    assertThat(steps(outages.longest(2, at(0), at(5)))).isEqualTo(3);
  }

  @Test
  void whoDoesNotServeIsNotMissed() {
    serving.begin("n1");
    serving.begin("n2");
    serving.end("n2");
    answered("n1", 0, 1, 2, 3, 4);
    Outages.Outage longest = outages.longest(1, at(0), at(5));
    assertThat(steps(longest)).isEqualTo(1);
  }

  @Test
  void whatNobodyServesIsMissedAllTheSame() {
    serving.begin("n1");
    serving.end("n1");
    answered("n1", 0, 1, 2, 4);
    Outages.Outage longest = outages.longest(1, at(0), at(5));
    assertThat(steps(longest)).isEqualTo(2);
    assertThat(longest.who()).isEqualTo("partition 0 at all nodes");
  }

  @Test
  void onlyRequestsThatWereSentAfterwardsShowThatItAnswersAgain() {
    serving.begin("n1");
    outages.success("n1", 0, at(1), at(3));
    assertThat(outages.firstAfter(1, at(2))).isEqualTo(Map.of("partition 0 at n1", Long.MAX_VALUE));
    outages.success("n1", 0, at(2.5), at(4));
    outages.success("n1", 0, at(4), at(5));
    assertThat(outages.firstAfter(1, at(2))).isEqualTo(Map.of("partition 0 at n1", at(4)));
  }
}
