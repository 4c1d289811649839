package io.flowledger.deploy.config;

import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where schemas are kept and served, as options. */
public final class RegistryOptions {

  private static final String URL = "schema.registry.url";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--schema-registry",
      order = HelpSection.LOG,
      paramLabel = "URL[,URL]",
      description =
          "Schema registry that speaks Confluent's REST API; without it, schemas are kept in"
              + " --schemas-topic.")
  private @Nullable String urls;

  @Option(
      names = "--schema-registry-property",
      order = HelpSection.LOG,
      paramLabel = "NAME=VALUE",
      split = "\n",
      description =
          "Setting of the client of the schema registry under Confluent's name, for example"
              + " auto.register.schemas=false; may be repeated. In the configuration file:"
              + " schema-registry.NAME = VALUE.")
  private Map<String, String> properties = new HashMap<>();

  @Option(
      names = "--value-serializer",
      order = HelpSection.LOG,
      paramLabel = "CLASS",
      description = "Kafka serializer that writes events with the schema registry.")
  private @Nullable String valueSerializer;

  @Option(
      names = "--registry-path",
      order = HelpSection.LOG,
      paramLabel = "PATH",
      defaultValue = "/schema-registry",
      description =
          "Path below which the schemas are served as Confluent's Schema Registry does; empty for"
              + " nowhere.")
  private String path = "";

  /**
   * @param ofFile settings of the client of a registry in the configuration file
   * @throws ParameterException when they cannot be
   */
  public SchemasConfig config(Map<String, String> ofFile) {
    if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
      throw refused("--registry-path must be like /a or /a/b, not " + path);
    }
    Map<String, String> all = new HashMap<>(ofFile);
    all.putAll(properties);
    if (urls != null) {
      all.put(URL, urls);
    }
    if (!all.containsKey(URL)) {
      if (!all.isEmpty()) {
        throw refused("--schema-registry-property needs --schema-registry");
      }
      if (valueSerializer != null) {
        throw refused("--value-serializer needs --schema-registry");
      }
      return new SchemasConfig(Map.of(), Optional.empty(), path);
    }
    check(all);
    return new SchemasConfig(Map.copyOf(all), Optional.ofNullable(valueSerializer), path);
  }

  private void check(Map<String, String> all) {
    try {
      HttpSchemaRegistryConfig checked = HttpSchemaRegistryConfig.of(all);
      Set<String> unknown = HttpSchemaRegistryConfig.unknown(all.keySet());
      // Another serializer may have settings of its own.
      if (!unknown.isEmpty() && valueSerializer == null) {
        throw refused(
            "no setting of the schema registry at %s is called %s"
                .formatted(checked.urls().get(0), String.join(", ", unknown)));
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), "--schema-registry: " + e.getMessage(), e);
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
