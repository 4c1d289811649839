package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.ShellExample;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tour of the README, walked by a newcomer: its flow and its commands are read out of it and
 * run one after the other against the program, and each prints what the README shows. Only the port
 * and the data folder are others, and times, process ids, positions and versions may differ, and
 * numbers, of which a killed server leaves some out; what the README shows twice has to be the same
 * twice.
 *
 * <p>Of {@code flowledger serve}, the jar that the build has made is run; the program that is
 * killed is that one.
 */
class TourIT {

  private static final Path README = PythonEnvironment.MODULE.resolve("../README.md");
  private static final String TOUR = "\n## Five minutes with Flowledger\n";
  private static final Pattern FLOW_FILE = Pattern.compile("(?s)\n```python\n(.*?)```\n");
  private static final String SERVE = "flowledger serve";

  /** It would find other servers too. */
  private static final String PROCESS_OF_SERVER = "$(pgrep -f 'flowledger.jar serve')";

  private static final String ANYTHING = "...";

  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE TOUR OF THE README", "metaflow", "metaflow");
  private static final Path PYTHON_FOLDER =
      PythonEnvironment.MODULE.resolve("target/metaflow-venv/bin");
  private static final Path JAR = Path.of("target", "flowledger.jar");

  /** Kafka complains where a machine is slow; that is not what the README is about. */
  private static final Map<String, String> LOG = Map.of("FLOWLEDGER_KAFKA_LOG_LEVEL", "OFF");

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Pattern SERVED = Pattern.compile("export METAFLOW_SERVICE_URL=(\\S+)");

  /** What differs from time to time, and of what form it is. */
  private static final Pattern UNSTABLE =
      Pattern.compile(
          "(?<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3})"
              + "|(?<version>(?<![\\d.])\\d+\\.\\d+\\.\\d+\\b(?!\\.))"
              + "|(?<process>(?<=pid )\\d+)"
              + "|(?<number>(?<=\"run_number\": )\\d+)"
              + "|(?<moment>\\b(\\d{13}|\\d{10})\\b)"
              + "|(?<position>\\b\\d+@\\d+\\b)");

  /** Metaflow keeps them in a set, which has another order each time. */
  private static final Pattern SYSTEM_TAGS = Pattern.compile("(?<=\"system_tags\": \\[)[^]]*");

  private final Path data = TestServer.temporaryFolder();
  private final int port = Ports.free();
  private final List<String> exports = new ArrayList<>();
  private final List<ChildProcess> servers = new ArrayList<>();
  private String processOfServer = "";
  private String shownAtStart = "";

  /** What stood in the place of a moment, a process, a number or a position of the README. */
  private final Map<String, String> seen = new HashMap<>();

  @AfterEach
  void deleteData() {
    TestServer.delete(data);
  }

  @Test
  void everyCommandPrintsWhatTheReadmeShows(@TempDir Path folder) throws Exception {
    PYTHON.install(folder);
    demandCurl(folder);
    String tour = tour(Files.readString(README));
    prepare(folder, tour);
    List<ShellExample> examples = ShellExample.of(tour.lines().toList());
    assertThat(examples).hasSizeGreaterThan(10);
    try {
      for (ShellExample example : examples) {
        follow(folder, example);
      }
      assertThat(servers).hasSize(2);
    } finally {
      servers.forEach(ChildProcess::close);
    }
  }

  private static void prepare(Path folder, String tour) throws IOException {
    Matcher flow = FLOW_FILE.matcher(tour);
    assertThat(flow.find()).isTrue();
    Files.writeString(folder.resolve("hello.py"), flow.group(1));
    Files.writeString(folder.resolve(".curlrc"), "fail\n"); // errors over HTTP too
  }

  private void follow(Path folder, ShellExample example) throws IOException, InterruptedException {
    String command = example.command();
    if (command.startsWith(SERVE)) {
      servers.add(serve());
      if (servers.size() == 1) {
        shownAtStart = example.output();
      }
    } else if (command.startsWith("kill -9 ")) {
      run(folder, command.replace(PROCESS_OF_SERVER, processOfServer));
      // It is over now, so nothing of what it has printed is missing.
      assertPrinted(SERVE, shownAtStart, servers.get(servers.size() - 1).awaitEnd());
    } else if (command.startsWith("export ")) {
      exports.add(here(command));
    } else {
      assertPrinted(command, example.output(), run(folder, command));
    }
  }

  private static void demandCurl(Path folder) throws IOException, InterruptedException {
    String version = "curl --version";
    if (!PythonEnvironment.run(folder, LIMIT, Map.of(), List.of("bash", "-c", version))
        .successful()) {
      String message = "THE TOUR OF THE README NEEDS curl";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(message);
      }
      System.err.println("WARNING: " + message + ". IT IS SKIPPED.");
      Assumptions.abort(message);
    }
  }

  // ---- the README -------------------------------------------------------------------------------

  private static String tour(String readme) {
    int start = readme.indexOf(TOUR);
    assertThat(start).isNotNegative();
    return readme.substring(start, readme.indexOf("\n## ", start + TOUR.length()));
  }

  // ---- what is run ------------------------------------------------------------------------------

  private ChildProcess serve() {
    Set<Long> before = children();
    ChildProcess server =
        ChildProcess.jar(
            JAR, LOG, "serve", "--port", Integer.toString(port), "--data", data.toString());
    server.await(SERVED);
    Set<Long> started = children();
    started.removeAll(before);
    assertThat(started).hasSize(1);
    processOfServer = started.iterator().next().toString();
    return server;
  }

  private static Set<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** Runs a command in the second terminal; returns what it has printed. */
  private String run(Path folder, String command) throws IOException, InterruptedException {
    String path = PYTHON_FOLDER + File.pathSeparator + System.getenv("PATH");
    String script = String.join("\n", exports) + "\nset -o pipefail\n" + here(command);
    PythonEnvironment.Finished finished =
        PythonEnvironment.run(
            folder,
            LIMIT,
            Map.of(
                "PATH",
                path,
                "HOME",
                folder.toString(),
                "CURL_HOME",
                folder.toString(),
                "METAFLOW_USER",
                "tester"),
            List.of("bash", "-c", script));
    assertThat(finished.successful())
        .withFailMessage(() -> command + " has failed:\n" + finished.output())
        .isTrue();
    return finished.output();
  }

  /** A command or an address of the README, for the server and the positions here. */
  private String here(String text) {
    return UNSTABLE
        .matcher(text.replace(":8080", ":" + port))
        .replaceAll(
            found -> Matcher.quoteReplacement(seen.getOrDefault(found.group(), found.group())));
  }

  // ---- what is printed --------------------------------------------------------------------------

  private void assertPrinted(String command, String shown, String printed) {
    if (shown.isEmpty()) {
      return;
    }
    List<String> unstable = new ArrayList<>();
    Pattern pattern = pattern(sorted(shown), unstable);
    Matcher matcher = pattern.matcher(sorted(printed.strip()));
    assertThat(matcher.matches())
        .withFailMessage(
            () -> "%s\nshows\n%s\nand has printed\n%s".formatted(command, shown, printed))
        .isTrue();
    for (int i = 0; i < unstable.size(); i++) {
      String before = seen.putIfAbsent(unstable.get(i), matcher.group(i + 1));
      assertThat(matcher.group(i + 1))
          .as("%s of the README in\n%s", unstable.get(i), printed)
          .isEqualTo(before == null ? matcher.group(i + 1) : before);
    }
  }

  private static String sorted(String text) {
    return SYSTEM_TAGS
        .matcher(text)
        .replaceAll(
            tags ->
                Arrays.stream(tags.group().split(",\\s*"))
                    .sorted()
                    .map(Matcher::quoteReplacement)
                    .collect(Collectors.joining(", ")));
  }

  /**
   * What is as good as the output that the README shows. Lines may be folded elsewhere.
   *
   * @param unstable gets what each group of the pattern stands for
   */
  private Pattern pattern(String shown, List<String> unstable) {
    StringBuilder pattern = new StringBuilder();
    String text =
        shown.replace(":8080", ":" + port).replace("/home/me/flowledger/data", data.toString());
    Matcher matcher = UNSTABLE.matcher(text);
    int done = 0;
    while (matcher.find()) {
      quote(text.substring(done, matcher.start()), pattern);
      done = matcher.end();
      if (matcher.group("time") != null) {
        pattern.append("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}");
      } else if (matcher.group("version") != null) {
        pattern.append("\\d+\\.\\d+\\.\\d+\\w*");
      } else if (matcher.group("position") != null) {
        pattern.append("(\\d+@\\d+)");
        unstable.add(matcher.group());
      } else {
        pattern.append("(\\d+)");
        unstable.add(matcher.group());
      }
    }
    quote(text.substring(done), pattern);
    return Pattern.compile(pattern.toString());
  }

  /** Stable text: its words, and anything where the README leaves something out. */
  private static void quote(String text, StringBuilder pattern) {
    Matcher matcher = Pattern.compile("\\s+|" + Pattern.quote(ANYTHING)).matcher(text);
    int done = 0;
    while (matcher.find()) {
      pattern.append(Pattern.quote(text.substring(done, matcher.start())));
      done = matcher.end();
      pattern.append(matcher.group().equals(ANYTHING) ? "(?s:.*)" : "\\s+");
    }
    pattern.append(Pattern.quote(text.substring(done)));
  }
}
