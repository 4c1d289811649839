package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kind of file in a data folder is removed, cut and flipped in turn, and so are its folders.
 * The next start gives the same answers, or is refused in words, with the log left as it is. It
 * never gives less.
 */
class DamageIT {

  /** Only one of these is damaged. */
  private static final List<String> FLOWS = List.of("Damaged", "Other");

  /** Partitions without records, notes for people, and a file that holds nothing. */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          ".*/(LOG|LOCK|OPTIONS-\\d+|\\.lock)(\\.old.*)?|flowledger\\.lock|kafka/\\.lock");

  private static final Pattern ONLY =
      Pattern.compile(System.getProperty("flowledger.test.damage", ".*"));

  private static Path whole = Path.of("");
  private static String answers = "";

  @BeforeAll
  static void write() {
    whole = TestServer.temporaryFolder();
    try (TestServer server = TestServer.start(TestServer.config(whole))) {
      Api api = Api.of(server);
      for (String flow : FLOWS) {
        api.created("/flows/" + flow, "{}");
        for (int i = 0; i < 3; i++) {
          String run = Api.field(api.created("/flows/" + flow + "/run", "{}"), "run_number");
          String path = "/flows/" + flow + "/runs/" + run;
          api.created(path + "/steps/start/step", "{}");
          String task = Api.field(api.created(path + "/steps/start/task", "{}"), "task_id");
          api.created(
              path + "/steps/start/tasks/" + task + "/metadata",
              "[{\"field_name\": \"f\", \"value\": \"v\", \"type\": \"t\", \"tags\": []}]");
          api.created(path + "/heartbeat", "{}");
          api.patch(path + "/tag/mutate", "{\"tags_to_add\": [\"t" + i + "\"]}");
        }
      }
      answers = answers(api);
    }
    // Makes the views into files of their own.
    TestServer.start(TestServer.config(whole)).close();
  }

  @AfterAll
  static void clean() {
    TestServer.delete(whole);
  }

  /** An answer that says that it is none is not less. */
  private static final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  private static String body(Api api, String path) {
    Api.Answer answer = api.get(path);
    if (answer.status() >= 500) {
      throw new NoAnswerException(path + ": " + answer);
    }
    return answer.body();
  }

  private static String answers(Api api) {
    StringBuilder answers = new StringBuilder(body(api, "/flows"));
    for (String flow : FLOWS) {
      String runs = body(api, "/flows/" + flow + "/runs");
      answers.append(runs).append(body(api, "/flows/" + flow + "/events"));
      java.util.regex.Matcher run = Pattern.compile("\"run_number\": (\\d+)").matcher(runs);
      while (run.find()) {
        String path = "/flows/" + flow + "/runs/" + run.group(1) + "/steps/start/tasks";
        answers.append(body(api, path));
        answers.append(body(api, "/flows/" + flow + "/runs/" + run.group(1) + "/metadata"));
      }
    }
    return answers.toString();
  }

  // ---- the damages -----------------------------------------------------------------------------

  private enum Damage {
    REMOVED,
    CUT,
    FLIPPED,
    EMPTIED
  }

  @TestFactory
  Stream<DynamicTest> everyFile() throws IOException {
    Map<String, Path> kinds = new TreeMap<>();
    try (Stream<Path> files = Files.walk(whole)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = whole.relativize(file).toString();
        if (!LEFT_OUT.matcher(name).matches() && Files.size(file) > 0) {
          kinds.merge(kind(name), Path.of(name), DamageIT::larger);
        }
      }
    }
    return kinds.entrySet().stream()
        .filter(kind -> ONLY.matcher(kind.getKey()).matches())
        .flatMap(
            kind ->
                Arrays.stream(Damage.values())
                    .map(
                        damage ->
                            DynamicTest.dynamicTest(
                                kind.getValue() + " " + damage,
                                () -> check(kind.getValue(), damage))));
  }

  @TestFactory
  Stream<DynamicTest> everyFolder() throws IOException {
    Map<String, Path> kinds = new TreeMap<>();
    try (Stream<Path> folders = Files.walk(whole)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        String name = whole.relativize(folder).toString();
        if (!name.isEmpty()) {
          kinds.merge(kind(name), Path.of(name), DamageIT::larger);
        }
      }
    }
    return kinds.entrySet().stream()
        .filter(kind -> ONLY.matcher(kind.getKey()).matches())
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.getValue() + "/ " + Damage.REMOVED,
                    () -> check(kind.getValue(), Damage.REMOVED)));
  }

  /** Of partitions of a topic, and of files with a number, one is enough. */
  private static String kind(String name) {
    return name.replaceAll("(events|heartbeats)-\\d", "$1-N")
        .replaceAll("0_\\d", "0_N")
        .replaceAll("\\d{6,}", "N");
  }

  private static Path larger(Path one, Path other) {
    return size(one) >= size(other) ? one : other;
  }

  private static long size(Path file) {
    try (Stream<Path> files = Files.walk(whole.resolve(file))) {
      return files.mapToLong(each -> each.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Path damaged, Damage damage) throws IOException {
    Path data = TestServer.temporaryFolder();
    try {
      copy(whole, data);
      damage(data.resolve(damaged), damage);
      Map<String, Long> log = sizes(data.resolve("kafka"));
      long began = System.nanoTime();
      boolean view = damaged.toString().startsWith("views/");
      if (!sameOrRefused(data, log, view)) {
        assertThat(sameOrRefused(data, log, false)).as("the next start").isTrue();
      }
      assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(30_000_000_000L);
    } finally {
      TestServer.delete(data);
    }
  }

  /**
   * Starts a server.
   *
   * @param maySayThatItCannot whether an answer may be that there is none
   * @return whether all was answered
   */
  private static boolean sameOrRefused(Path data, Map<String, Long> log, boolean maySayThatItCannot)
      throws IOException {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      assertThat(answers(Api.of(server))).as("answers").isEqualTo(answers);
      return true;
    } catch (NoAnswerException e) {
      assertThat(maySayThatItCannot).as(e.getMessage()).isTrue();
      return false;
    } catch (StartException e) {
      assertThat(e).hasMessageMatching("(?s).{20,}");
      assertThat(sizes(data.resolve("kafka"))).as("the log").isEqualTo(log);
      return true;
    }
  }

  private static void damage(Path file, Damage damage) throws IOException {
    if (damage == Damage.REMOVED) {
      TestServer.delete(file);
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case EMPTIED -> bytes = new byte[0];
      case CUT -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
      default -> bytes[bytes.length / 2] ^= 0x10;
    }
    Files.write(file, bytes);
  }

  private static Map<String, Long> sizes(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
          sizes.put(folder.relativize(file).toString(), Files.size(file));
        }
      }
    }
    return sizes;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
