package io.flowledger.deploy.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Sources of options that are not on the command line: the environment ({@code --max-entries} is
 * {@code FLOWLEDGER_MAX_ENTRIES}), then the configuration file ({@code max-entries = 1}), then its
 * default. The file may hold settings of Kafka clients and of the client of the schema registry
 * too, each under its own name after {@code kafka.} or {@code schema-registry.}.
 */
public final class SettingSources implements IDefaultValueProvider {

  /** The option that names the configuration file, without its dashes. */
  public static final String CONFIG = "config";

  private static final String ENVIRONMENT_PREFIX = "FLOWLEDGER_";

  /** What starts the program, its log and its clients read. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "FLOWLEDGER_HOME",
          "FLOWLEDGER_JAR",
          "FLOWLEDGER_JAVA_OPTS",
          "FLOWLEDGER_COMMAND",
          "FLOWLEDGER_ARCHIVE_AFTER",
          "FLOWLEDGER_LOG_LEVEL",
          "FLOWLEDGER_KAFKA_LOG_LEVEL",
          "FLOWLEDGER_CA_FILE",
          "FLOWLEDGER_PATIENCE_SECONDS");

  /** What Kubernetes gives each container for a service of that name. */
  private static final Pattern OF_SERVICES =
      Pattern.compile("FLOWLEDGER_(\\w+_)?(SERVICE_HOST|SERVICE_PORT\\w*|PORT|PORT_\\d+_\\w+)");

  private static final String KAFKA_PREFIX = "kafka.";
  private static final String REGISTRY_PREFIX = "schema-registry.";

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private SettingSources(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /** The environment alone. */
  public static SettingSources of(Map<String, String> environment) {
    return new SettingSources(environment, Map.of());
  }

  /** Those that a command was given; none where it was not. */
  public static SettingSources of(CommandLine command) {
    return command.getDefaultValueProvider() instanceof SettingSources sources
        ? sources
        : of(Map.of());
  }

  /**
   * The environment and a file.
   *
   * @throws ParameterException when the file cannot be read or holds an unknown setting
   */
  public static SettingSources of(Map<String, String> environment, Path file, CommandLine command) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(
          command, "cannot read the configuration file " + file + ": " + e);
    }
    Set<String> known =
        command.getCommandSpec().options().stream()
            .map(SettingSources::name)
            .filter(name -> !name.equals(CONFIG))
            .collect(Collectors.toSet());
    Map<String, String> settings = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (!known.contains(name)
          && !name.startsWith(KAFKA_PREFIX)
          && !name.startsWith(REGISTRY_PREFIX)) {
        throw new ParameterException(command, "unknown setting '%s' in %s".formatted(name, file));
      }
      settings.put(name, properties.getProperty(name).strip());
    }
    return new SettingSources(environment, settings);
  }

  /** Kafka client settings of the file, without their prefix. */
  public Map<String, String> kafkaProperties() {
    return propertiesAfter(KAFKA_PREFIX);
  }

  /** Settings of the client of the schema registry, without their prefix. */
  public Map<String, String> registryProperties() {
    return propertiesAfter(REGISTRY_PREFIX);
  }

  private Map<String, String> propertiesAfter(String prefix) {
    Map<String, String> properties = new HashMap<>();
    file.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            properties.put(name.substring(prefix.length()), value);
          }
        });
    return properties;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String fromEnvironment = environment.get(variable(option));
    return fromEnvironment != null ? fromEnvironment : file.get(name(option));
  }

  /** Variables that look like those of options, but are of none: as mistyped ones are. */
  List<String> unknownVariables(CommandSpec command) {
    Set<String> known =
        command.options().stream().map(SettingSources::variable).collect(Collectors.toSet());
    return environment.keySet().stream()
        .filter(name -> name.startsWith(ENVIRONMENT_PREFIX))
        .filter(name -> !known.contains(name) && !OF_OTHERS.contains(name))
        .filter(name -> !OF_SERVICES.matcher(name).matches())
        .sorted()
        .toList();
  }

  /** The environment variable that sets an option. */
  public static String variable(OptionSpec option) {
    return ENVIRONMENT_PREFIX + name(option).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }
}
