package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.cli.ServerVariables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server to audit, as options: one that runs, or the folder of one that does not. */
final class AuditOptions {

  private static final Path DEFAULT_DATA = Path.of("data");

  private final ServerVariables variables;

  @Option(names = "--server", paramLabel = "URL", description = "A server that is running.")
  private @Nullable String server;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder of a server that is not running; ./data by default.")
  private @Nullable Path data;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "With --data: bootstrap servers of the Kafka cluster that has the log.")
  private @Nullable String kafka;

  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      split = "\n",
      description = "Setting of all Kafka clients; may be repeated.")
  private Map<String, String> kafkaProperties = new HashMap<>();

  @Option(
      names = "--topic-prefix",
      defaultValue = "flowledger.",
      description = "What the names of the topics start with.")
  private String topicPrefix = "";

  @Option(
      names = "--schemas-topic",
      defaultValue = "_schemas",
      description = "Topic that holds the Avro schemas.")
  private String schemasTopic = "";

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "With --data: the schema registry, where its server uses one.")
  private @Nullable String schemaRegistry;

  @Option(
      names = "--schema-registry-property",
      paramLabel = "NAME=VALUE",
      split = "\n",
      description = "Setting of the client of the schema registry; may be repeated.")
  private Map<String, String> schemaRegistryProperties = new HashMap<>();

  AuditOptions(Map<String, String> environment) {
    this.variables = new ServerVariables(Map.copyOf(environment));
  }

  /** The server that is named, or else the folder. */
  Auditor auditor(Auditor.Opener folders) {
    return server != null ? auditor(server) : folders.of(folder());
  }

  /** The server that is named, or the folder that is, or else the server of the environment. */
  Auditor auditorByDefaultServer(Auditor.Opener folders) {
    return server == null && data == null ? auditor(variables.server()) : auditor(folders);
  }

  private Auditor auditor(String url) {
    return new ServerAuditor(url, variables.key(), variables.authorities());
  }

  private Auditor.Folder folder() {
    Path folder = data == null ? DEFAULT_DATA : data;
    return new Auditor.Folder(
        folder.toAbsolutePath().normalize(),
        Optional.ofNullable(kafka),
        kafkaProperties,
        topicPrefix,
        schemasTopic,
        registryProperties());
  }

  private Map<String, String> registryProperties() {
    Map<String, String> properties = new HashMap<>(schemaRegistryProperties);
    if (schemaRegistry != null) {
      properties.put("schema.registry.url", schemaRegistry);
    }
    return properties;
  }
}
