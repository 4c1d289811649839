package io.flowledger.deploy.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.ShellExample;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command that a document shows in a block is run, document by document, with the rights of
 * this test, ends with 0, and prints what is shown there; or {@code src/test/docs/deviations.txt}
 * says why not. What a document takes for granted is in {@code src/test/docs/before}.
 */
class DocumentedCommandsIT {

  private static final Path ROOT = PythonEnvironment.MODULE.resolve("..").normalize();
  private static final Path FOLDER = PythonEnvironment.MODULE.resolve("src/test/docs");
  private static final Path BEFORE = FOLDER.resolve("before");

  /** What is so before every document. */
  private static final String ALL = "all.sh";

  /** What {@code bench/run} has printed; no commands. */
  private static final String RESULTS = "RESULTS.md";

  private static final Pattern TEST = Pattern.compile("\\b\\w+(?:IT|Test)\\b");

  /** As docs/producers.md has it, on the folder that docs/operations.md saves. */
  private static final String SERVER =
      "./flowledger serve --kafka-port 9092 --data /var/lib/flowledger";

  @TempDir private static Path machine;
  private static List<Deviation> deviations = List.of();

  @SuppressWarnings("NullAway.Init")
  private static Clone clone;

  @SuppressWarnings("NullAway.Init")
  private static Walk server;

  @BeforeAll
  static void start() throws Exception {
    deviations = Deviation.read(FOLDER.resolve("deviations.txt"));
    PythonEnvironment.ofExamples().install(machine);
    clone = Clone.make(machine);
    server = new Walk(clone, Map.of());
    assertThat(server.run(new ShellExample(0, SERVER, ""), List.of())).isEmpty();
    server.prepare(BEFORE.resolve(ALL));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // ---- documents --------------------------------------------------------------------------------

  /** By their paths from the root of the repository. */
  private static Map<String, List<ShellExample>> documents() throws IOException {
    Map<String, List<ShellExample>> documents = new TreeMap<>();
    for (String folder : List.of("", "docs", "docs/adr", "bench", "python", "deploy/proxy")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        for (Path file : files.filter(DocumentedCommandsIT::isDocument).toList()) {
          List<ShellExample> examples = ShellExample.of(Files.readAllLines(file));
          if (!examples.isEmpty()) {
            documents.put(ROOT.relativize(file).toString(), examples);
          }
        }
      }
    }
    return documents;
  }

  private static boolean isDocument(Path file) {
    return file.toString().endsWith(".md") && !file.endsWith(RESULTS);
  }

  private static Set<String> names() throws IOException {
    return documents().keySet();
  }

  private static List<Deviation.Kind> deviations(String document, ShellExample example) {
    return deviations.stream()
        .filter(deviation -> deviation.isOf(document, example.command()))
        .map(Deviation::kind)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void commandsDoWhatTheDocumentShows(String document) throws Exception {
    List<String> wrong = new ArrayList<>();
    try (Walk walk = new Walk(clone, server.ports())) {
      Path before = BEFORE.resolve(document.replace('/', '-') + ".sh");
      if (Files.exists(before)) {
        walk.prepare(before);
      }
      for (ShellExample example : documents().getOrDefault(document, List.of())) {
        List<Deviation.Kind> kinds = deviations(document, example);
        Optional<String> fault =
            kinds.contains(Deviation.Kind.NOT_RUN) ? walk.read(example) : walk.run(example, kinds);
        fault.ifPresent(
            told ->
                wrong.add(
                    document + ":" + example.number() + ": " + example.command() + "\n  " + told));
      }
    }
    assertThat(wrong).isEmpty();
  }

  // ---- what is not so ---------------------------------------------------------------------------

  @Test
  void everyDeviationIsOfACommand() throws IOException {
    Map<String, List<ShellExample>> documents = documents();
    assertThat(deviations)
        .isNotEmpty()
        .allSatisfy(
            deviation ->
                assertThat(
                        documents.entrySet().stream()
                            .flatMap(
                                document ->
                                    document.getValue().stream()
                                        .filter(
                                            example ->
                                                deviation.isOf(
                                                    document.getKey(), example.command()))))
                    .as("commands of %s", deviation)
                    .isNotEmpty());
  }

  @Test
  void everyTestThatADeviationNamesExists() throws IOException {
    Set<String> tests = tests();
    Set<String> named =
        deviations.stream()
            .flatMap(deviation -> TEST.matcher(deviation.reason()).results())
            .map(found -> found.group() + ".java")
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(5);
    assertThat(named.stream().filter(name -> !tests.contains(name))).isEmpty();
  }

  @Test
  void everythingThatIsTakenForGrantedIsOfADocument() throws IOException {
    Set<String> scripts =
        names().stream()
            .map(document -> document.replace('/', '-') + ".sh")
            .collect(Collectors.toSet());
    scripts.add(ALL);
    try (Stream<Path> before = Files.list(BEFORE)) {
      assertThat(before.map(file -> file.getFileName().toString()))
          .isNotEmpty()
          .isSubsetOf(scripts);
    }
  }

  /** The names of the files of all tests. */
  private static Set<String> tests() throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(ROOT)) {
      for (Path module : modules) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
          }
        }
      }
    }
    return names;
  }
}
