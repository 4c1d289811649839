package io.flowledger.deploy.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import org.junit.jupiter.api.Test;

class ClusterCommandTest extends CommandTest {

  private static final String THREE_NODES =
      """
      {"nodes": [{"address": "a:8081", "here": true, "in_group": true, "version": "0.9",\
       "draining": false, "lease_ms": 3700, "silent_ms": 0}, {"address": "b:8081", "here": false,\
       "in_group": true, "version": "0.9", "draining": true, "lease_ms": 3500, "silent_ms": 120},\
       {"address": "c:8081", "here": false, "in_group": true, "version": null, "draining": null,\
       "lease_ms": null, "silent_ms": null}], "partitions": [{"partition": 0, "owner": "a:8081",\
       "applied": 12, "lag": 1, "end": 13, "standbys": [{"address": "b:8081", "applied": 10,\
       "lag": 3}]}, {"partition": 1, "owner": null, "applied": null, "lag": null, "end": 7,\
       "standbys": []}]}""";

  @Test
  void nodesAndPartitions() {
    server.answer("/cluster", THREE_NODES);
    assertThat(run("cluster"))
        .isEqualTo(
            printed(
                """
                NODE    STATE     VERSION  LEASE    LAST SEEN
                a:8081  up        0.9      3700 ms  asked
                b:8081  stopping  0.9      3500 ms  120 ms ago
                c:8081  gone      -        -        -

                PARTITION  OWNER   APPLIED  END  LAG  STANDBYS
                0          a:8081  12       13   1    b:8081 (lag 3)
                1          nobody  -        7    -    -
                """));
  }

  @Test
  void asTheServerAnswersIt() {
    server.answer("/cluster", THREE_NODES);
    assertThat(run("cluster", "--json")).isEqualTo(printed(THREE_NODES + "\n"));
  }

  @Test
  void thereIsNoneOfThePast() {
    assertThat(run("cluster", "--as-of", "2d"))
        .isEqualTo(failed(2, "cluster makes no sense with --as-of\n"));
  }
}
