package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher with standard streams that are closed, and a java that says what it can use. */
class LauncherStreamsTest {

  private static final String JAVA =
      """
      #!/usr/bin/env bash
      in=open out=open err=open
      (cat >/dev/null) 2>/dev/null || in=closed
      (env echo) 2>/dev/null || out=closed
      (env echo >&2) || err=closed
      # The JVM takes a number that is free for the next file that it opens.
      env test -e /dev/fd/0 || in=free
      env test -e /dev/fd/1 || out=free
      env test -e /dev/fd/2 || err=free
      echo "$in $out $err" >"$ROOT/told"
      """;

  @TempDir private Path root;

  @ParameterizedTest
  @CsvSource({
    "'', open open open",
    "'</dev/null', open open open",
    "'<&-', closed open open",
    "'>&-', open closed open",
    "'2>&-', open open closed",
    "'<&- >&-', closed closed open",
    "'>&- 2>&-', open closed closed",
    "'<&- >&- 2>&-', closed closed closed"
  })
  void whatIsClosedIsNoFileOfTheJvm(String redirection, String told) throws Exception {
    Launcher.copy(root);
    Files.createDirectories(root.resolve("deploy/target"));
    Files.createFile(root.resolve("deploy/target/flowledger.jar"));
    Path java = Files.writeString(Files.createDirectory(root.resolve("bin")).resolve("java"), JAVA);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "exec \"$ROOT/flowledger\" status " + redirection)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(root.resolve("out").toFile())
            .redirectError(root.resolve("err").toFile());
    builder.environment().put("JAVA_HOME", root.toString());
    builder.environment().put("ROOT", root.toString());
    builder.start().waitFor();
    assertThat(root.resolve("told")).hasContent(told);
  }
}
