package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sources of all modules: packages of a size that one reads at once, and what they say. */
class SourcesTest {

  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES =
      List.of("schemas", "projector", "http", "ingest-api", "query-api", "deploy", "bench");
  private static final String PACKAGE_INFO = "package-info.java";
  private static final int MOST_FILES = 25;
  private static final int MOST_LINES = 350;

  /** A sentence in the comment that the file begins with, then what makes null an exception. */
  private static final Pattern INTRODUCED =
      Pattern.compile(
          "\\A/\\*\\*[\\s*]*\\p{Lu}(?:(?!\\*/).)*?\\.(?:(?!\\*/).)*\\*/\\s*@NullMarked\\s",
          Pattern.DOTALL);

  /** The end of that comment: the packages of ours that are imported. */
  private static final Pattern USES = Pattern.compile("<p>Uses (.+?)\\.\\s+\\*/", Pattern.DOTALL);

  private static final Pattern CODE = Pattern.compile("\\{@code[\\s*]+([a-z.]+)}");
  private static final Pattern IMPORTED =
      Pattern.compile("(?m)^import (?:static )?io\\.flowledger\\.([a-z.]+)\\.[A-Z]");

  /** The Java files of all folders of packages, without what introduces them. */
  private static final Map<Path, List<Path>> MAIN = new TreeMap<>();

  private static final Map<Path, List<Path>> TESTS = new TreeMap<>();

  @BeforeAll
  static void read() {
    for (String module : MODULES) {
      MAIN.putAll(files(ROOT.resolve(module).resolve("src/main/java")));
      TESTS.putAll(files(ROOT.resolve(module).resolve("src/test/java")));
    }
    assertThat(MAIN).as("packages of main sources").hasSizeGreaterThan(10);
    assertThat(TESTS).as("packages of tests").hasSizeGreaterThan(10);
  }

  @Test
  void noPackageHasMoreThan25Files() {
    assertThat(tooMany(MAIN)).isEmpty();
  }

  @Test
  void noPackageOfTestsHasMoreThan25Files() {
    assertThat(tooMany(TESTS)).isEmpty();
  }

  @Test
  void noClassHasMoreThan350Lines() {
    assertThat(
            MAIN.values().stream()
                .flatMap(List::stream)
                .filter(file -> lines(file) > MOST_LINES)
                .map(file -> file + ": " + lines(file) + " lines"))
        .isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsAndThatNothingIsNull() {
    assertThat(
            MAIN.keySet().stream()
                .map(folder -> folder.resolve(PACKAGE_INFO))
                .filter(file -> !Files.exists(file) || !INTRODUCED.matcher(text(file)).find()))
        .isEmpty();
  }

  @Test
  void everyPackageSaysWhatItUses() {
    MAIN.forEach(
        (folder, files) ->
            assertThat(said(folder))
                .as("used in %s", folder)
                .containsExactlyElementsOf(
                    files.stream()
                        .flatMap(file -> found(IMPORTED, text(file)))
                        .filter(used -> !folder.endsWith("io/flowledger/" + used.replace('.', '/')))
                        .collect(Collectors.toCollection(TreeSet::new))));
  }

  private static List<String> said(Path folder) {
    return found(USES, text(folder.resolve(PACKAGE_INFO)))
        .flatMap(uses -> found(CODE, uses))
        .toList();
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1));
  }

  private static List<String> tooMany(Map<Path, List<Path>> packages) {
    return packages.entrySet().stream()
        .filter(entry -> entry.getValue().size() > MOST_FILES)
        .map(entry -> entry.getKey() + ": " + entry.getValue().size() + " files")
        .toList();
  }

  /** By folder; none where there are no sources. */
  private static Map<Path, List<Path>> files(Path sources) {
    if (!Files.exists(sources)) {
      return Map.of();
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java") && !file.endsWith(PACKAGE_INFO))
          .collect(Collectors.groupingBy(Path::getParent));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) {
    return text(file).lines().count();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
