package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.StartException;
import io.flowledger.http.HttpConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file and folder of a data folder, as they are found there, is removed, cut, flipped,
 * emptied, lengthened and replaced in turn, and files that Kafka would act on are added: of a
 * folder that was left in order, of one whose server was killed, and of one that does not know what
 * it has acknowledged. The next start gives the same answers and new numbers, or is refused in
 * words, with the log left as it is, and goes on when the loss is accepted. It never gives less.
 *
 * <p>There are more than two thousand such cases, so a run takes a sample of them. All are run by
 * {@code -Dflowledger.test.damage=all}, those whose name has a match by {@code
 * -Dflowledger.test.damage=REGEX}.
 */
class DamageIT {

  private static final List<String> FLOWS = List.of("Damaged", "Other");
  private static final int SAMPLE = 6;
  private static final String CHOSEN = System.getProperty("flowledger.test.damage", "");
  private static final long SEED = Long.getLong("flowledger.test.seed", System.nanoTime());
  private static final Duration NOTED_WITHIN = Duration.ofSeconds(30);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** No connection is closed on a machine that is busy. */
  private static final HttpConfig HTTP =
      new HttpConfig("127.0.0.1", 0, 16 << 20, 96 << 20, START_LIMIT, START_LIMIT);

  /** Notes for people, and files that are made before anything is read. */
  private static final Pattern LEFT_OUT =
      Pattern.compile("(.*/)?(LOG|LOCK|OPTIONS-\\d+|\\.lock|flowledger\\.lock)(\\.old.*)?");

  private static final List<String> NOTES = List.of("acknowledged", "acknowledged.before");

  /** Files of a partition: its only one is of offset 0. */
  private static final List<String> ADDITIONS =
      List.of(
          "00000000000000000000.log.swap",
          "00000000000000000000.index.swap",
          "00000000000000000000.timeindex.swap",
          "00000000000000000000.log.cleaned",
          "00000000000000000000.log.deleted",
          "00000000000000000001.log",
          "00000000000000009999.log",
          "00000000000000009999.log.swap",
          "00000000000000009999.snapshot",
          "copy of 00000000000000000000.log",
          "old.swap",
          "old.snapshot");

  private static Path left = Path.of("");
  private static Path killed = Path.of("");
  private static String answers = "";
  private static long lastRun;

  @BeforeAll
  static void write() throws IOException {
    System.out.println("seed " + SEED);
    left = TestServer.temporaryFolder();
    killed = TestServer.temporaryFolder();
    try (TestServer server = TestServer.start(config(left))) {
      write(Api.of(server), 0);
    }
    // Makes the views into files of their own.
    try (TestServer server = TestServer.start(config(left))) {
      Api api = Api.of(server);
      FileTime written = FileTime.from(Instant.now());
      write(api, 1);
      awaitNoted(api, written);
      lastRun = newRun(api, "Other"); // only the view will know of it
      answers = answers(api);
      copy(left, killed);
    }
  }

  private static void write(Api api, int round) {
    for (String flow : FLOWS) {
      api.post("/flows/" + flow, "{}");
      for (int i = 0; i < 2; i++) {
        String run = Api.field(api.created("/flows/" + flow + "/run", "{}"), "run_number");
        String path = "/flows/" + flow + "/runs/" + run;
        api.created(path + "/steps/start/step", "{}");
        String task = Api.field(api.created(path + "/steps/start/task", "{}"), "task_id");
        api.created(
            path + "/steps/start/tasks/" + task + "/metadata",
            "[{\"field_name\": \"f\", \"value\": \"v\", \"type\": \"t\", \"tags\": []}]");
        api.created(path + "/heartbeat", "{}");
        api.patch(path + "/tag/mutate", "{\"tags_to_add\": [\"t" + round + i + "\"]}");
      }
    }
  }

  private static void awaitNoted(Api api, FileTime written) throws IOException {
    long deadline = System.nanoTime() + NOTED_WITHIN.toNanos();
    while (noted().compareTo(written) < 0) {
      assertThat(System.nanoTime()).as("time until it is noted").isLessThan(deadline);
      api.get("/ping");
    }
  }

  private static FileTime noted() throws IOException {
    try {
      return Files.getLastModifiedTime(left.resolve(NOTES.get(0)));
    } catch (NoSuchFileException beingReplaced) {
      return FileTime.fromMillis(0);
    }
  }

  @AfterAll
  static void clean() {
    TestServer.delete(left);
    TestServer.delete(killed);
  }

  /** As acknowledged, so on disk: then nothing may be missing that has been told. */
  private static ServerConfig config(Path data) {
    return TestServer.config(data).withHttp(HTTP).withKafka(kafka());
  }

  private static KafkaConfig.Embedded kafka() {
    return new KafkaConfig.Embedded(0, KafkaConfig.Durability.DISK, Map.of()).withMinFreeDisk(0);
  }

  // ---- what is answered ------------------------------------------------------------------------

  /** An answer that says that it is none is not less. */
  private static final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  private static String body(Api api, String path) {
    Api.Answer answer = api.get(path);
    if (answer.status() == 503) {
      throw new NoAnswerException(path + ": " + answer);
    }
    return answer.status() + answer.body();
  }

  private static String answers(Api api) {
    StringBuilder answers = new StringBuilder(body(api, "/flows"));
    for (String flow : FLOWS) {
      String runs = body(api, "/flows/" + flow + "/runs");
      answers.append(runs).append(body(api, "/flows/" + flow + "/events"));
      Matcher run = Pattern.compile("\"run_number\": (\\d+)").matcher(runs);
      while (run.find()) {
        String path = "/flows/" + flow + "/runs/" + run.group(1);
        answers
            .append(body(api, path + "/steps/start/tasks"))
            .append(body(api, path + "/metadata"));
      }
    }
    return answers.toString();
  }

  private static long newRun(Api api, String flow) {
    return Long.parseLong(Api.field(api.created("/flows/" + flow + "/run", "{}"), "run_number"));
  }

  // ---- the damages -----------------------------------------------------------------------------

  /** What a folder knows of its log beside the log. */
  private enum Memory {
    WHOLE,
    WITHOUT_NOTES,
    WITHOUT_NOTES_AND_VIEWS
  }

  /**
   * One damage.
   *
   * @param place of it in the folder; none for no damage
   */
  private record Case(Path folder, Optional<Path> place, Damage damage, Memory memory) {
    String name() {
      return "%s%s: %s"
          .formatted(
              folder.equals(left) ? "left" : "killed",
              memory == Memory.WHOLE
                  ? ""
                  : " " + memory.name().toLowerCase(Locale.ROOT).replace('_', ' '),
              place.map(path -> path + " " + damage).orElse("whole"));
    }
  }

  @TestFactory
  Stream<DynamicTest> everyFile() throws IOException {
    return tests(cases(left, files(left), Memory.WHOLE));
  }

  @TestFactory
  Stream<DynamicTest> everyFolder() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Path folder : folders(left)) {
      for (Damage damage : List.of(Damage.REMOVED, Damage.REPLACED)) {
        cases.add(new Case(left, Optional.of(folder), damage, Memory.WHOLE));
      }
    }
    return tests(cases);
  }

  @TestFactory
  Stream<DynamicTest> everyFileAfterAKill() throws IOException {
    return tests(cases(killed, ofEachKind(killed, files(killed)), Memory.WHOLE));
  }

  @TestFactory
  Stream<DynamicTest> everyFileOfTheLogWithoutNotes() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Path folder : List.of(left, killed)) {
      Memory memory = Memory.WITHOUT_NOTES;
      cases.add(new Case(folder, Optional.empty(), Damage.REMOVED, memory));
      List<Path> ofLog =
          files(folder).stream().filter(file -> file.toString().endsWith(".log")).toList();
      cases.addAll(cases(folder, ofEachKind(folder, ofLog), memory));
      cases.add(new Case(folder, Optional.of(Path.of("kafka")), Damage.REMOVED, memory));
    }
    for (Path log : ofEachKind(left, files(left))) { // Kafka itself has noted how far they go
      if (log.toString().matches("kafka/(flowledger\\.|_schemas).*\\.log")) {
        for (Damage damage : List.of(Damage.ZEROED, Damage.LAST_BATCH)) {
          cases.add(new Case(left, Optional.of(log), damage, Memory.WITHOUT_NOTES_AND_VIEWS));
        }
      }
    }
    return tests(cases);
  }

  /** What Kafka acts on when it starts, and was not there. */
  @TestFactory
  Stream<DynamicTest> everyPartition() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Path folder : List.of(left, killed)) {
      for (Path partition : ofEachKind(folder, partitions(folder))) {
        for (Memory memory : List.of(Memory.WHOLE, Memory.WITHOUT_NOTES)) {
          for (String name : ADDITIONS) {
            Optional<Path> place = Optional.of(partition.resolve(name));
            cases.add(new Case(folder, place, Damage.ADDED, memory));
            cases.add(new Case(folder, place, Damage.ADDED_EMPTY, memory));
          }
          for (Damage damage : List.of(Damage.TO_BE_DELETED, Damage.BEGINNING_LATER)) {
            cases.add(new Case(folder, Optional.of(partition), damage, memory));
          }
        }
        cases.add(
            new Case(
                folder, Optional.of(partition), Damage.REMOVED, Memory.WITHOUT_NOTES_AND_VIEWS));
      }
      for (Path added : List.of(Path.of("kafka/old"), Path.of("kafka/flowledger.events-0.old"))) {
        cases.add(new Case(folder, Optional.of(added), Damage.ADDED_FOLDER, Memory.WHOLE));
      }
    }
    return tests(cases);
  }

  private static List<Path> partitions(Path folder) throws IOException {
    return folders(folder).stream()
        .filter(each -> each.toString().matches("kafka/.*-\\d+"))
        .toList();
  }

  private static List<Case> cases(Path folder, List<Path> files, Memory memory) {
    return files.stream()
        .flatMap(
            file ->
                Damage.OF_FILES.stream()
                    .map(damage -> new Case(folder, Optional.of(file), damage, memory)))
        .toList();
  }

  private static Stream<DynamicTest> tests(List<Case> all) {
    List<Case> cases = new ArrayList<>(all);
    if (CHOSEN.isEmpty()) {
      Collections.shuffle(cases, new Random(SEED));
      cases = cases.subList(0, Math.min(SAMPLE, cases.size()));
    } else if (!CHOSEN.equals("all")) {
      cases.removeIf(each -> !Pattern.compile(CHOSEN).matcher(each.name()).find());
    }
    return cases.stream().map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toFile().length() > 0)
          .map(folder::relativize)
          .filter(file -> !LEFT_OUT.matcher(file.toString()).matches())
          .sorted()
          .toList();
    }
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(each -> !each.equals(folder))
          .map(folder::relativize)
          .sorted()
          .toList();
    }
  }

  /** The largest of each kind: of partitions of a topic, and of files with a number, one does. */
  private static List<Path> ofEachKind(Path folder, List<Path> files) {
    Map<String, Path> kinds = new TreeMap<>();
    for (Path file : files) {
      String kind =
          file.toString()
              .replaceAll("(events|heartbeats)-\\d", "$1-N")
              .replaceAll("0_\\d", "0_N")
              .replaceAll("\\d{6,}", "N");
      kinds.merge(kind, file, (one, other) -> larger(folder, one, other));
    }
    return List.copyOf(kinds.values());
  }

  private static Path larger(Path folder, Path one, Path other) {
    return folder.resolve(one).toFile().length() >= folder.resolve(other).toFile().length()
        ? one
        : other;
  }

  // ---- what becomes of them --------------------------------------------------------------------

  private static void check(Case damaged) throws IOException {
    Path data = TestServer.temporaryFolder();
    try {
      copy(damaged.folder(), data);
      if (damaged.memory() != Memory.WHOLE) {
        for (String name : NOTES) {
          Files.delete(data.resolve(name));
        }
      }
      if (damaged.memory() == Memory.WITHOUT_NOTES_AND_VIEWS) {
        TestServer.delete(data.resolve("views"));
      }
      damaged.place().ifPresent(place -> damaged.damage().apply(data.resolve(place), SEED));
      long began = System.nanoTime();
      Map<String, Long> log = sizes(data.resolve("kafka"));
      try (TestServer server = TestServer.start(config(data))) {
        assertNothingIsLess(Api.of(server));
      } catch (StartException e) {
        assertThat(e).hasMessageMatching("(?s).{20,}");
        assertThat(sizes(data.resolve("kafka"))).as("the log after: " + e).isEqualTo(log);
        assertThat(damaged.place()).as("what is damaged, after: " + e).isPresent();
        assertGoesOnWithTheLoss(data);
      }
      assertThat(System.nanoTime() - began).as("ns").isLessThan(START_LIMIT.toNanos());
    } finally {
      TestServer.delete(data);
    }
  }

  /** A view that is found damaged when it is read is made again meanwhile. */
  private static void assertNothingIsLess(Api api) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        assertThat(answers(api)).as("answers").isEqualTo(answers);
        assertThat(newRun(api, "Damaged")).as("number of a new run").isGreaterThan(lastRun);
        return;
      } catch (NoAnswerException e) {
        assertThat(System.nanoTime()).as("time, after: " + e.getMessage()).isLessThan(deadline);
      }
    }
  }

  private static void assertGoesOnWithTheLoss(Path data) {
    ServerConfig accepting = config(data).withKafka(kafka().acceptingLoss());
    try (TestServer server = TestServer.start(accepting)) {
      Api api = Api.of(server);
      FLOWS.forEach(flow -> api.post("/flows/" + flow, "{}"));
      String known = body(api, "/flows/Damaged/runs") + body(api, "/flows/Other/runs");
      for (String flow : FLOWS) {
        long run = newRun(api, flow);
        assertThat(known).as("runs before").doesNotContain("\"run_number\": " + run + ",");
      }
    }
  }

  private static Map<String, Long> sizes(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file :
            files.filter(each -> each.toString().matches(".*\\.(log|swap)")).toList()) {
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
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
