package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The same as {@link HttpFuzzTest} for the program, with the memory that its launcher gives it. */
class HttpFuzzIT {

  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Pattern FAULT = Pattern.compile("(?i)\\b(error|exception|terminating)\\b");
  private static final Map<String, String> AS_THE_LAUNCHER =
      Map.of("JAVA_TOOL_OPTIONS", "-Xmn96m -XX:+ExitOnOutOfMemoryError");
  private static final Duration LATEST = Duration.ofSeconds(20);

  @Test
  void theProgramGoesOnAndLogsNoFault() {
    Path data = TestServer.temporaryFolder();
    try (ChildProcess server =
        ChildProcess.jar(
            Path.of("target", "flowledger.jar"),
            AS_THE_LAUNCHER,
            "serve",
            "--port=0",
            "--data=" + data,
            "--min-free-disk=0",
            "--durability=process",
            "--request-timeout=1000",
            "--idle-timeout=2000",
            "--request-deadline=5000",
            "--apply-timeout=1000")) {
      String url = server.await(URL);
      Api api = new Api(url);
      FuzzedServer.populate(api);
      Fuzz fuzz = new Fuzz(URI.create(url).getPort(), MountedRoutes.all(), LATEST);
      fuzz.run();
      FuzzedServer.isWell(api);
      assertThat(server.printed()).noneMatch(line -> FAULT.matcher(line).find());
    } finally {
      TestServer.delete(data);
    }
  }
}
