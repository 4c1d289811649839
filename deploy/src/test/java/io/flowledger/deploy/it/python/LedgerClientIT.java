package io.flowledger.deploy.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The typed client of Python, {@code from flowledger import Ledger}: its own tests, by pytest. */
class LedgerClientIT {

  private static final Path PYTHON_SIDE = PythonEnvironment.MODULE.resolve("../python").normalize();
  private static final Path TESTS = PYTHON_SIDE.resolve("tests/ledger");
  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE LEDGER OF PYTHON", "pandas, pytest, requests", TESTS, "ledger");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void whatItAnswersAndByHowManyRequests(@TempDir Path temp) throws Exception {
    PYTHON.install(temp);
    PythonEnvironment.Finished finished =
        PYTHON.runModule(
            temp,
            LIMIT,
            Map.of(
                "PYTHONPATH",
                PYTHON_SIDE.resolve("src").toString(),
                "FLOWLEDGER_COMMAND",
                program(temp).toString()),
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            TESTS.toString());
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  /** The jar as one command. */
  private static Path program(Path temp) throws Exception {
    Path program = temp.resolve("flowledger");
    Files.writeString(
        program,
        """
        #!/bin/sh
        exec '%s' -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar '%s' "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                PythonEnvironment.MODULE.resolve("target/flowledger.jar")));
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
