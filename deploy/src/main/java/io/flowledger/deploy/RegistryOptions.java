package io.flowledger.deploy;

import io.flowledger.schemas.HttpSchemaRegistryConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where schemas are kept, as options. */
final class RegistryOptions {

  private static final String URL = "schema.registry.url";

  @Option(
      names = "--schema-registry",
      paramLabel = "URL[,URL]",
      description =
          "Schema registry that speaks Confluent's REST API; without it, schemas are kept in"
              + " --schemas-topic.")
  private @Nullable String urls;

  @Option(
      names = "--schema-registry-property",
      paramLabel = "NAME=VALUE",
      split = "\n",
      description =
          "Setting of the client of the schema registry under Confluent's name, for example"
              + " auto.register.schemas=false; may be repeated. In the configuration file:"
              + " schema-registry.NAME = VALUE.")
  private Map<String, String> properties = new HashMap<>();

  @Option(
      names = "--value-serializer",
      paramLabel = "CLASS",
      description = "Kafka serializer that writes events with the schema registry.")
  private @Nullable String valueSerializer;

  /**
   * @param ofFile settings of the configuration file
   * @throws ParameterException when they cannot be
   */
  ServerConfig.Schemas schemas(CommandLine command, Map<String, String> ofFile) {
    Map<String, String> all = new HashMap<>(ofFile);
    all.putAll(properties);
    if (urls != null) {
      all.put(URL, urls);
    }
    if (!all.containsKey(URL)) {
      if (!all.isEmpty()) {
        throw new ParameterException(command, "--schema-registry-property needs --schema-registry");
      }
      if (valueSerializer != null) {
        throw new ParameterException(command, "--value-serializer needs --schema-registry");
      }
      return new ServerConfig.Schemas(Map.of(), Optional.empty());
    }
    check(command, all);
    return new ServerConfig.Schemas(Map.copyOf(all), Optional.ofNullable(valueSerializer));
  }

  private void check(CommandLine command, Map<String, String> all) {
    try {
      HttpSchemaRegistryConfig checked = HttpSchemaRegistryConfig.of(all);
      Set<String> unknown = HttpSchemaRegistryConfig.unknown(all.keySet());
      // Another serializer may have settings of its own.
      if (!unknown.isEmpty() && valueSerializer == null) {
        throw new ParameterException(
            command,
            "no setting of the schema registry at %s is called %s"
                .formatted(checked.urls().get(0), String.join(", ", unknown)));
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--schema-registry: " + e.getMessage(), e);
    }
  }
}
