package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A disk that others fill to the last byte: the server ends, with a line and a status for whoever
 * starts it again, and has lost nothing. Needs the right to mount a file system of its own.
 */
final class FullDiskIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final int SOME = 100;

  private final Path disk = TestServer.temporaryFolder();

  @BeforeEach
  void mount() throws Exception {
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk.toString()),
        "a file system can be mounted");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
    TestServer.delete(disk);
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  private ChildProcess server() {
    return ChildProcess.jar(
        JAR, "serve", "--port=0", "--min-free-disk=0", "--data=" + disk.resolve("data"));
  }

  private void fill(Path file) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(disk.toFile().getUsableSpace()).isLessThan(block.length);
    }
  }

  @Test
  void theServerEndsAndGoesOnWhenThereIsRoomAgain() throws IOException {
    Path filler = disk.resolve("filler");
    try (ChildProcess server = server()) {
      Api api = new Api(server.await(URL));
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      fill(filler);
      String large = "{\"tags\": [\"%s\"]}".formatted("t".repeat(1 << 19));
      for (int i = 0; i < SOME && server.isAlive(); i++) {
        write(api, large);
      }
      assertThat(server.exitStatus()).isEqualTo(1);
      assertThat(server.printed())
          .contains(
              "flowledger: stopping after a fault:"
                  + " the embedded Kafka has failed, start the server again");
    }
    Files.delete(filler);
    try (ChildProcess server = server()) {
      Api api = new Api(server.await(URL));
      assertThat(api.get("/flows/F/runs/1").status()).isEqualTo(200);
      api.created("/flows/F/run", "{}");
      server.kill();
    }
  }

  private static void write(Api api, String body) {
    try {
      api.post("/flows/F/run", body);
    } catch (UncheckedIOException ended) {
      // as it has to
    }
  }
}
