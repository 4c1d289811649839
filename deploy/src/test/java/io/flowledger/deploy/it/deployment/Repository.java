package io.flowledger.deploy.it.deployment;

import io.flowledger.deploy.fixture.PythonEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Files of the repository that tests of the deployment hold against each other. */
final class Repository {

  static final Path MODULE = PythonEnvironment.MODULE;
  static final Path ROOT = MODULE.resolve("..").normalize();
  static final Path JAR = MODULE.resolve("target/flowledger.jar");

  private static final Pattern SETTING = Pattern.compile("\\bFLOWLEDGER_[A-Z_]*[A-Z]\\b");
  private static final Pattern METRIC = Pattern.compile("(?m)^\\| `([a-z][a-z0-9_]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*?) *$");

  private Repository() {}

  static String read(String file) {
    return read(ROOT.resolve(file));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The variables that docs/configuration.md knows. */
  static Set<String> settings() {
    return settings(read("docs/configuration.md"), name -> true);
  }

  /** The variables of Flowledger in a text. */
  static Set<String> settings(String text, Predicate<String> wanted) {
    return found(SETTING, text, 0).stream()
        .filter(wanted)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The metrics of docs/operations.md, by the names that Prometheus shows. */
  static Set<String> documentedMetrics() {
    return found(METRIC, read("docs/operations.md"), 1);
  }

  /** The anchors of a document, as those who show it make them of its headings. */
  static Set<String> anchors(String document) {
    return found(HEADING, read(document), 1).stream()
        .map(heading -> heading.toLowerCase(java.util.Locale.ROOT).replaceAll("[^\\w -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  static Set<String> found(Pattern pattern, String text, int group) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(group))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
