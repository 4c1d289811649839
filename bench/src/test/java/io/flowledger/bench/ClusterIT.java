package io.flowledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The short trial of a cluster; {@code bench/run cluster} is the long one, and repeats this one
 * with its seed.
 */
final class ClusterIT {

  private static final String SEED =
      System.getProperty("flowledger.test.seed", Long.toString(System.nanoTime() % 1_000_000));

  /** Of nodes; one while nodes do not answer for each other. */
  private static final String NODES = System.getProperty("flowledger.test.nodes", "3");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void faultsUnderLoadAreWithoutConsequence() {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    int status =
        Main.run(
            new String[] {
              "cluster",
              "--nodes",
              NODES,
              "--minutes",
              "2",
              "--seed",
              SEED,
              "--rate",
              "25",
              "--pause",
              "12",
              "--faults",
              "kill-node,kill-broker,stop-node,pause-node"
            },
            out,
            out);
    assertThat(status).isZero();
  }
}
