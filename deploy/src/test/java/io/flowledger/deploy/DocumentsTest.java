package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The documents of the repository are at one with it: links lead somewhere, and classes that are
 * named exist.
 */
class DocumentsTest {

  private static final Path ROOT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("..").normalize();
  private static final Path README = ROOT.resolve("README.md");
  private static final Path ARCHITECTURE = ROOT.resolve("docs/architecture.md");
  private static final Path OPERATIONS = ROOT.resolve("docs/operations.md");
  private static final int MAX_README_LINES = 200;

  private static final List<String> FOLDERS = List.of("docs", "bench", "deploy/examples");
  private static final Set<String> GENERATED = Set.of("target", ".venv");

  /** What has endpoints by what they are made of. */
  private static final Set<String> FACES = Set.of("Routes", "IngestRoutes", "QueryRoutes");

  private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("^[a-z][a-z0-9+.-]*:.*");
  private static final Pattern HEADING = Pattern.compile("^ {0,3}#{1,6} +(.*?)[ #]*$");
  private static final Pattern NO_ANCHOR = Pattern.compile("[^\\p{L}\\p{N}_ -]");
  private static final Pattern METER =
      Pattern.compile("\\.builder\\(\\s*\"(flowledger\\.[a-z.]+)\"");
  private static final Pattern METRIC = Pattern.compile("^\\| `(flowledger_\\w+?)(?:_total)?` \\|");
  private static final Pattern COMMAND = Pattern.compile("`(?:\\./)?flowledger\\s+([a-z][^`|]*)`");
  private static final Pattern CLASS = Pattern.compile("`[a-z.]*\\b([A-Z]\\w*)`");

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(markdown(ROOT, 1));
    for (String folder : FOLDERS) {
      documents.addAll(markdown(ROOT.resolve(folder), Integer.MAX_VALUE));
    }
    return documents;
  }

  private static List<Path> markdown(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !isGenerated(ROOT.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isGenerated(Path file) {
    for (Path part : file) {
      if (GENERATED.contains(part.toString())) {
        return true;
      }
    }
    return false;
  }

  // ---- links ------------------------------------------------------------------------------------

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<Path> documents = documents();
    assertThat(documents).contains(README, ARCHITECTURE, ROOT.resolve("bench/README.md"));
    List<String> dead = new ArrayList<>();
    for (Path document : documents) {
      List<String> lines = prose(document);
      for (int i = 0; i < lines.size(); i++) {
        Matcher link = LINK.matcher(INLINE_CODE.matcher(lines.get(i)).replaceAll("code"));
        while (link.find()) {
          if (isDead(document, link.group(1))) {
            dead.add(ROOT.relativize(document) + ":" + (i + 1) + ": " + link.group(1));
          }
        }
      }
    }
    assertThat(dead).as("dead links").isEmpty();
  }

  private static boolean isDead(Path document, String link) throws IOException {
    if (ELSEWHERE.matcher(link).matches()) {
      return false;
    }
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target =
        file.isEmpty() ? document : document.resolveSibling(file).toAbsolutePath().normalize();
    if (!Files.exists(target)) {
      return true;
    }
    return hash >= 0
        && !(target.toString().endsWith(".md")
            && anchors(prose(target)).contains(link.substring(hash + 1)));
  }

  private static List<String> prose(Path document) throws IOException {
    return Markdown.prose(Files.readAllLines(document));
  }

  /** The anchors that GitHub gives to the headings of a document. */
  private static Set<String> anchors(List<String> lines) {
    Map<String, Integer> times = new HashMap<>();
    Set<String> anchors = new TreeSet<>();
    for (String line : lines) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor = anchor(heading.group(1));
        int before = times.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }

  private static String anchor(String heading) {
    String shown = LINK.matcher(heading).replaceAll(DocumentsTest::textOfLink);
    return NO_ANCHOR.matcher(shown.toLowerCase(Locale.ROOT)).replaceAll("").replace(' ', '-');
  }

  private static String textOfLink(MatchResult link) {
    String whole = link.group();
    return Matcher.quoteReplacement(whole.substring(1, whole.indexOf(']')));
  }

  @ParameterizedTest
  @CsvSource({
    "The code of an endpoint, the-code-of-an-endpoint",
    "What's new? (a `list`), whats-new-a-list",
    "snake_case - and more, snake_case---and-more",
    "See [there](x.md#y), see-there",
  })
  void anchorsAreThoseOfGitHub(String heading, String anchor) {
    assertThat(anchor(heading)).isEqualTo(anchor);
  }

  @Test
  void headingsOfTheSameTextAreNumbered() {
    assertThat(anchors(List.of("# A", "text", "## B", "## A", "### A ###")))
        .containsExactlyInAnyOrder("a", "b", "a-1", "a-2");
  }

  // ---- the README -------------------------------------------------------------------------------

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(MAX_README_LINES);
  }

  @Test
  void theReadmeLeadsToEveryDocument() throws IOException {
    Set<Path> linked =
        LINK.matcher(String.join("\n", prose(README)))
            .results()
            .map(link -> ROOT.resolve(link.group(1).replaceFirst("#.*", "")).normalize())
            .collect(Collectors.toSet());
    assertThat(linked).containsAll(markdown(ROOT.resolve("docs"), 1));
  }

  // ---- classes ----------------------------------------------------------------------------------

  @Test
  void everyClassOfAnEndpointIsNamedAndExists() throws IOException {
    Set<String> named = new TreeSet<>();
    boolean within = false;
    for (String line : Files.readAllLines(ARCHITECTURE)) {
      within = line.startsWith("#") ? line.equals("## The code of an endpoint") : within;
      if (within && line.startsWith("|")) {
        CLASS.matcher(line).results().forEach(found -> named.add(found.group(1)));
      }
    }
    Set<String> sources = sources();
    Set<String> endpoints =
        sources.stream().filter(name -> name.endsWith("Routes")).collect(Collectors.toSet());
    endpoints.removeAll(FACES);
    assertThat(named).hasSizeGreaterThan(15).isSubsetOf(sources).containsAll(endpoints);
  }

  // ---- commands ---------------------------------------------------------------------------------

  /** Those of prose, as far as they go: what is left out of them is no mistake. */
  @Test
  void everyCommandAndOptionThatProseNamesIsKnown() throws IOException {
    Set<String> commands = new TreeSet<>();
    for (Path document : documents()) {
      COMMAND
          .matcher(String.join("\n", prose(document)))
          .results()
          .forEach(command -> commands.add(command.group(1)));
    }
    CommandLine known = Main.commandLine(new String[0], Map.of());
    List<String> unknown = new ArrayList<>();
    for (String command : commands) {
      try {
        known.parseArgs(command.split("\\s+"));
      } catch (UnmatchedArgumentException e) {
        unknown.add(command + ": " + e.getMessage());
      } catch (ParameterException e) {
        // it needs more, or stands for something
      }
    }
    assertThat(commands).hasSizeGreaterThan(20);
    assertThat(unknown).isEmpty();
  }

  // ---- metrics ----------------------------------------------------------------------------------

  @Test
  void everyMetricHasARow() throws IOException {
    Set<String> meters = new TreeSet<>();
    for (Path source : sourceFiles()) {
      METER
          .matcher(Files.readString(source))
          .results()
          .forEach(meter -> meters.add(meter.group(1).replace('.', '_')));
    }
    List<String> rows =
        Files.readAllLines(OPERATIONS).stream()
            .flatMap(line -> METRIC.matcher(line).results().map(row -> row.group(1)))
            .toList();
    assertThat(rows).hasSizeGreaterThan(10).containsExactlyInAnyOrderElementsOf(meters);
  }

  // ---- sources ----------------------------------------------------------------------------------

  /** The simple names of all classes of the program that have a file of their own. */
  private static Set<String> sources() throws IOException {
    return sourceFiles().stream()
        .map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
        .collect(Collectors.toSet());
  }

  private static List<Path> sourceFiles() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java"))).toList();
    }
  }
}
