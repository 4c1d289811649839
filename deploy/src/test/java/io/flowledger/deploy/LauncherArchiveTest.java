package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its archive of classes, with a java that only says what it is told. */
class LauncherArchiveTest {

  @TempDir private Path root;

  private Path archive() {
    return root.resolve("deploy/target/flowledger.jsa");
  }

  @BeforeEach
  void copy() throws IOException {
    Launcher.copy(root);
    Files.createDirectories(root.resolve("deploy/target"));
    Files.createDirectories(root.resolve("bin"));
    Path jar = Files.createFile(root.resolve("deploy/target/flowledger.jar"));
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    Files.createFile(archive());
  }

  private void java(String script) throws IOException {
    Path java = root.resolve("bin/java");
    Files.writeString(java, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private String run() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", root.resolve("flowledger").toString(), "version")
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", root.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }

  @Test
  void anArchiveWithWhichAStartHasDiedIsDropped() throws Exception {
    java("echo \"$@\"; kill -ABRT $$");
    assertThat(run()).contains("-XX:SharedArchiveFile=" + archive());
    assertThat(run())
        .startsWith("flowledger: dropping " + archive() + ", with which a start has died")
        .doesNotContain("SharedArchiveFile");
    assertThat(archive()).doesNotExist();
    assertThat(run()).doesNotContain("dropping").doesNotContain("SharedArchiveFile");
  }

  @Test
  void anArchiveThatWorksIsKept() throws Exception {
    java(
        "for option; do case $option in -Dflowledger.archive.trial=*) rm"
            + " \"${option#*=}\";; esac; done; echo \"$@\"");
    run();
    assertThat(run()).contains("-XX:SharedArchiveFile=" + archive()).doesNotContain("dropping");
    assertThat(archive()).exists();
  }
}
