package io.flowledger.deploy.it.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the program that users run exports as Parquet, which lacks what Parquet's jars would have
 * beside them, is for another reader what the server answers, now and then.
 */
final class ParquetIT {

  private static final Path JAR = Path.of("target", "flowledger.jar").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long SEED = Long.getLong("flowledger.test.seed", System.nanoTime());
  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("PYARROW", "pyarrow.parquet", "parquet");

  @TempDir private static Path temp;

  @Test
  void tablesHaveInThemWhatTheServerAnswers() throws Exception {
    System.out.println("ParquetIT: -Dflowledger.test.seed=" + SEED);
    PYTHON.install(temp);
    try (TestServer server = TestServer.start()) {
      Histories histories = new Histories(new Random(SEED), Api.of(server));
      histories.happen(150);
      String middle = Long.toString(nextMillisecond());
      nextMillisecond();
      histories.happen(150);

      assertThat(compared(server, exported(server, "now"))).contains("tag_changes: ");
      compared(server, exported(server, "then", "--as-of", middle), middle);
    }
  }

  private static long nextMillisecond() {
    long before = System.currentTimeMillis();
    while (System.currentTimeMillis() == before) {
      Thread.onSpinWait();
    }
    return System.currentTimeMillis();
  }

  private static Path exported(TestServer server, String name, String... options) {
    Path folder = temp.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("export", "--to", "parquet", "-o", folder.toString()));
    arguments.addAll(List.of(options));
    try (ChildProcess export =
        ChildProcess.jar(
            JAR,
            Map.of("METAFLOW_SERVICE_URL", server.url("")),
            arguments.toArray(String[]::new))) {
      String printed = export.awaitEnd();
      assertThat(export.exitStatus()).as(printed).isZero();
    }
    return folder;
  }

  private static String compared(TestServer server, Path folder, String... asOf) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(server.url(""), folder.toString()));
    arguments.addAll(List.of(asOf));
    PythonEnvironment.Finished finished =
        PYTHON.run(temp, LIMIT, Map.of(), "compare.py", arguments.toArray(String[]::new));
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    return finished.output();
  }
}
