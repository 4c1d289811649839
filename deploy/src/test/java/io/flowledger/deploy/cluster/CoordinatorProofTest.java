package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorProofTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50, 64, 1000})
  void whatIsWrittenIsInThePartitionOfTheGroup(int partitions) {
    for (String group :
        new String[] {"flowledger.projector", "team.b.projector", "polygenelubricants"}) {
      String written = CoordinatorProof.besides(group, partitions);
      assertThat(written).startsWith(group + "-coordinator-");
      assertThat(CoordinatorProof.partition(written, partitions))
          .isEqualTo(CoordinatorProof.partition(group, partitions))
          .isBetween(0, partitions - 1);
    }
  }
}
