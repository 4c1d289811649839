package io.flowledger.deploy.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.migrate.move.CutOver;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ServiceCommandTest {

  private final StringWriter err = new StringWriter();
  private final List<String> ends = new ArrayList<>();

  private int follow(CutOver cutOver) {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            new ByteArrayInputStream(new byte[0]),
            Clock.systemUTC(),
            false,
            time -> {},
            (data, progress) -> {
              throw new AssertionError("no server is needed");
            });
    return new CommandLine(new ServiceCommand(surroundings, () -> "1", () -> cutOver))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setErr(new PrintWriter(err, true))
        .execute("--follow", "--postgres", "postgresql://ada@127.0.0.1:1/meta");
  }

  /** Who is told to end waits for that, so nothing could be told after it. */
  @Test
  void aFailureIsToldBeforeTheCutOverIsDone() throws Exception {
    CutOver cutOver = new CutOver(status -> ends.add(status + ": " + err));
    cutOver.begin();
    Thread signal = new Thread(cutOver::ended);
    signal.start();
    assertThat(follow(cutOver)).isEqualTo(1);
    signal.join();
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0))
        .startsWith("1: flowledger: cannot connect to jdbc:postgresql://127.0.0.1:1/meta");
  }

  /** A copy of hours is not brought to its end then: it goes on where it is. */
  @Test
  void beforeItFollowsASignalEndsIt() {
    new CutOver(status -> ends.add("" + status)).ended();
    assertThat(ends).isEmpty();
  }
}
