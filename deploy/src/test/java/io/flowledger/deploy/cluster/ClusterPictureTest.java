package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClusterPictureTest {

  private static ClusterPicture.Node node(
      String address, boolean here, List<Integer> answered, Map<Integer, Long> standby) {
    return new ClusterPicture.Node(
        address,
        here,
        true,
        Optional.of(
            new ClusterPicture.Word(
                "0.9", false, OptionalLong.of(3700), answered, Map.of(0, 11L, 1, 6L), standby)),
        OptionalLong.of(here ? 0 : 120));
  }

  @Test
  void ownersAndStandbysOfEachPartition() {
    ClusterPicture picture =
        ClusterPicture.of(
            List.of(
                node("a:1", true, List.of(0), Map.of()),
                node("b:1", false, List.of(), Map.of(0, -1L))),
            2,
            partition -> 13);

    assertThat(picture.toJson())
        .isEqualTo(
            "{\"nodes\": [{\"address\": \"a:1\", \"here\": true, \"in_group\": true, \"version\":"
                + " \"0.9\", \"draining\": false, \"lease_ms\": 3700, \"silent_ms\": 0},"
                + " {\"address\": \"b:1\", \"here\": false, \"in_group\": true, \"version\":"
                + " \"0.9\", \"draining\": false, \"lease_ms\": 3580, \"silent_ms\": 120}],"
                + " \"partitions\": [{\"partition\": 0, \"owner\": \"a:1\", \"applied\": 12,"
                + " \"lag\": 1, \"end\": 13, \"standbys\": [{\"address\": \"b:1\", \"applied\": 0,"
                + " \"lag\": 13}]}, {\"partition\": 1, \"owner\": null, \"applied\": null,"
                + " \"lag\": null, \"end\": 13, \"standbys\": []}]}");
  }

  @Test
  void aNodeThatIsDeadSaysNothing() {
    ClusterPicture picture =
        ClusterPicture.of(
            List.of(
                new ClusterPicture.Node(
                    "c:1", false, false, Optional.empty(), OptionalLong.empty())),
            0,
            partition -> 0);

    assertThat(picture.toJson())
        .isEqualTo(
            "{\"nodes\": [{\"address\": \"c:1\", \"here\": false, \"in_group\": false, \"version\":"
                + " null, \"draining\": null, \"lease_ms\": null, \"silent_ms\": null}],"
                + " \"partitions\": []}");
  }
}
