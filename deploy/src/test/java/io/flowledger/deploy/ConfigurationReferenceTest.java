package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.SettingSources;
import io.flowledger.deploy.fixture.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The reference of the settings and the options of {@code serve} say the same. A row is {@code |
 * `--option` | `VARIABLE` | default | meaning |}; the default of an option is between backquotes,
 * and what depends on other options is said in words without them.
 */
class ConfigurationReferenceTest {

  private static final Path REFERENCE =
      PythonEnvironment.MODULE.resolve("../docs/configuration.md").normalize();

  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(?<option>--[^`]+)` \\| `(?<variable>[^`]+)` \\|(?<standard>[^|]*)\\| [^|]+ \\|");

  private static final Pattern LITERAL = Pattern.compile("`([^`]*)`");

  private record Row(String option, String variable, String standard) {}

  /** The lines of its tables that are of options. */
  private static List<Row> rows() throws IOException {
    return Files.readAllLines(REFERENCE).stream()
        .filter(line -> line.startsWith("| `--"))
        .map(ConfigurationReferenceTest::row)
        .toList();
  }

  private static Row row(String line) {
    Matcher matcher = ROW.matcher(line);
    assertThat(matcher.matches())
        .as("a row of %s is | `--option` | `VARIABLE` | default | meaning |: %s", REFERENCE, line)
        .isTrue();
    return new Row(
        matcher.group("option"), matcher.group("variable"), matcher.group("standard").strip());
  }

  /** Those that are settings: help and version are none. */
  private static List<OptionSpec> options() {
    return new CommandLine(new ServeCommand())
        .getCommandSpec().options().stream()
            .filter(option -> !option.usageHelp() && !option.versionHelp())
            .toList();
  }

  private static <T> Map<String, String> byOption(
      List<T> all, Function<T, String> option, Function<T, String> value) {
    return all.stream()
        .collect(Collectors.toMap(option, value, (first, again) -> again, TreeMap::new));
  }

  @Test
  void everyOptionHasOneRow() throws IOException {
    assertThat(rows().stream().map(Row::option).toList())
        .as("options in %s", REFERENCE)
        .containsExactlyInAnyOrderElementsOf(
            options().stream().map(OptionSpec::longestName).toList());
  }

  @Test
  void everyRowNamesTheVariableOfItsOption() throws IOException {
    assertThat(byOption(rows(), Row::option, Row::variable))
        .as("variables in %s", REFERENCE)
        .isEqualTo(byOption(options(), OptionSpec::longestName, SettingSources::variable));
  }

  @Test
  void everyRowNamesTheDefaultOfItsOption() throws IOException {
    List<Row> literal =
        rows().stream().filter(row -> LITERAL.matcher(row.standard()).matches()).toList();
    List<OptionSpec> withDefault =
        options().stream().filter(option -> option.defaultValue() != null).toList();
    assertThat(byOption(literal, Row::option, Row::standard))
        .as("defaults in %s", REFERENCE)
        .isEqualTo(
            byOption(
                withDefault, OptionSpec::longestName, option -> "`" + option.defaultValue() + "`"));
  }
}
