package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Files of the data folder that the user of the server may not open, as after a start or a restore
 * by root: the start says which. For root there are no such files, so root is somebody else here.
 */
final class NoRightsIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final int NOBODY = 65534;

  private Path data = Path.of("");

  @BeforeEach
  void write() throws IOException {
    data = Files.createTempDirectory("flowledger-rights-");
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api.of(server).created("/flows/F", "{}");
    }
    if (isRoot()) {
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.toList()) {
          Files.setAttribute(file, "unix:uid", NOBODY);
        }
      }
      Assumptions.assumeTrue(mayRead(JAR.toAbsolutePath()), "nobody may read the program");
    }
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static boolean mayRead(Path file) throws IOException {
    boolean may = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      may &= Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
    }
    return may;
  }

  private ChildProcess server() {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--clear-groups"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-jar", JAR.toString(), "serve", "--port=0"));
    command.addAll(List.of("--min-free-disk=0", "--data=" + data));
    return ChildProcess.of(command);
  }

  @Test
  void aFileThatMayNotBeOpenedIsNamed() throws IOException {
    for (String name :
        List.of(
            "kafka/cleaner-offset-checkpoint",
            "kafka/flowledger.ids-0/00000000000000000000.timeindex",
            "kafka/flowledger.ids-0/00000000000000000000.log")) {
      Path file = data.resolve(name);
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
      Files.setPosixFilePermissions(file, Set.of());
      try (ChildProcess server = server()) {
        assertThat(server.awaitEnd())
            .contains("may not read and write " + name + ". Nothing was changed.");
        assertThat(server.exitStatus()).isEqualTo(1);
      }
      Files.setPosixFilePermissions(file, before);
    }
  }
}
