package io.flowledger.bench.cluster.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final List<Kind> KINDS = List.of(Kind.values());

  private static List<Schedule.Step> steps(long seed) {
    return Stream.generate(new Schedule(KINDS, seed)::next).limit(4L * KINDS.size()).toList();
  }

  @Test
  void aSeedRepeatsTheSameFaults() {
    assertThat(steps(7)).isEqualTo(steps(7)).isNotEqualTo(steps(8));
  }

  @Test
  void everyKindComesBeforeAnyComesAgain() {
    assertThat(steps(7).subList(0, KINDS.size()).stream().map(Schedule.Step::kind))
        .containsExactlyInAnyOrderElementsOf(KINDS);
  }

  @Test
  void kindsAreCalledAsOnTheCommandLine() {
    assertThat(Stream.of(Kind.options().split(",")).map(Kind::of))
        .allSatisfy(kind -> assertThat(kind).isPresent())
        .hasSize(KINDS.size());
  }
}
