package io.flowledger.ingest.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetaflowVersionTest {

  private static boolean sendsHeartbeats(String version) {
    return MetaflowVersion.sendsHeartbeats(
        List.of("user:alice", "metaflow_version:" + version, "runtime:dev"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.2.12",
        "2.2.13",
        "2.3",
        "2.19.38.post3-git1",
        "3",
        "10.0.1",
        "1.14.0",
        "1.14.0rc1",
        "1.15",
        "1.99.99",
        "2.2.12+abc"
      })
  void sentFrom2_2_12OnAndOf1_xFrom1_14_0On(String version) {
    assertThat(sendsHeartbeats(version)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.2.11", "2.2", "2", "2.0.5", "2.0.0", "1.13.9", "1.13", "1", "0.9", "0", "2.2.2"
      })
  void notSentBefore(String version) {
    assertThat(sendsHeartbeats(version)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "", "v2.0.0", "-1", " 2.0.0"})
  void anIllegibleVersionGetsTheBenefitOfTheDoubt(String version) {
    assertThat(sendsHeartbeats(version)).isTrue();
  }

  @Test
  void soDoesAnAbsentList() {
    assertThat(MetaflowVersion.sendsHeartbeats(null)).isTrue();
  }

  @Test
  void aListWithoutAVersionIsOfAClientThatSendsNone() {
    assertThat(MetaflowVersion.sendsHeartbeats(List.of())).isFalse();
    assertThat(MetaflowVersion.sendsHeartbeats(List.of("user:alice", "metaflow_version")))
        .isFalse();
  }

  @Test
  void firstOfTwoVersionsCounts() {
    assertThat(
            MetaflowVersion.sendsHeartbeats(
                List.of("metaflow_version:2.0.5", "metaflow_version:2.2.12")))
        .isFalse();
  }
}
