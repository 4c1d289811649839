package io.flowledger.deploy;

import io.flowledger.ingest.BulkLimits;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.Limits;
import io.flowledger.query.QueryConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger serve}: the command line to a configuration to a running server. */
@Command(
    name = "serve",
    description = {
      "Runs the metadata service.",
      "Every option can also be set by an environment variable (--max-entries is"
          + " FLOWLEDGER_MAX_ENTRIES) or in the configuration file (max-entries = 1000)."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    versionProvider = Version.class)
final class ServeCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int EMBEDDED_PARTITIONS = 4;
  private static final int CLUSTER_PARTITIONS = 24;
  private static final short CLUSTER_REPLICATION = 3;
  private static final int EVENT_BYTES_OVER_BODY = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on.")
  private String host = "";

  @Option(names = "--port", defaultValue = "8080", description = "Port to listen on; 0 for any.")
  private int port;

  @Option(names = "--data", defaultValue = "./data", description = "Folder of all data.")
  private Path data = Path.of("data");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "File of settings, as name = value.")
  private @Nullable Path config;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Bootstrap servers of a Kafka cluster; without it, Kafka runs embedded.")
  private @Nullable String kafka;

  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      split = "\n",
      description =
          "Setting of all Kafka clients, for example security.protocol=SSL; may be repeated. In"
              + " the configuration file: kafka.NAME = VALUE.")
  private Map<String, String> kafkaProperties = new HashMap<>();

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the embedded Kafka on 127.0.0.1; 0, the default, for any.")
  private @Nullable Integer kafkaPort;

  @Option(
      names = "--durability",
      paramLabel = "disk|process",
      description =
          "What an acknowledged write survives with the embedded Kafka: disk, the default, a power"
              + " cut; process, which is faster, the death of the process.")
  private ServerConfig.@Nullable Durability durability;

  @Option(
      names = "--partitions",
      description = "Partitions of the log; 4 embedded, 24 on a cluster. Fixed at the first start.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      description = "Copies of every partition on a cluster, 3 by default.")
  private @Nullable Short replication;

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

  @Mixin private final RegistryOptions registry = new RegistryOptions();

  @Option(
      names = "--registry-path",
      paramLabel = "PATH",
      defaultValue = "/schema-registry",
      description =
          "Path below which the schemas are served as Confluent's Schema Registry does; empty for"
              + " nowhere.")
  private String registryPath = "";

  @Option(
      names = "--apply-timeout",
      paramLabel = "MS",
      defaultValue = "5000",
      description = "How long an answer waits for its view at most.")
  private long applyTimeout;

  @Option(
      names = "--heartbeat-timeout",
      paramLabel = "S",
      defaultValue = "360",
      description = "After this silence a run without an outcome counts as failed.")
  private long heartbeatTimeout;

  @Option(
      names = "--request-timeout",
      paramLabel = "MS",
      defaultValue = "30000",
      description = "Within this time the body of a request has to arrive.")
  private long requestTimeout;

  @Option(
      names = "--idle-timeout",
      paramLabel = "MS",
      defaultValue = "75000",
      description = "After this silence a connection is closed.")
  private long idleTimeout;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      defaultValue = "8388608",
      description = "Largest body of a request.")
  private int maxBody;

  @Option(
      names = "--max-value",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "Largest metadata value, location or tag.")
  private int maxValue;

  @Option(
      names = "--max-name",
      paramLabel = "CHARACTERS",
      defaultValue = "255",
      description = "Longest name or id.")
  private int maxName;

  @Option(
      names = "--max-entries",
      defaultValue = "10000",
      description = "Most entries of one metadata or artifact request.")
  private int maxEntries;

  @Option(
      names = "--max-bulk-entries",
      defaultValue = "10000",
      description = "Most entries of one bulk request.")
  private int maxBulkEntries;

  @Option(
      names = "--max-pending-writes",
      defaultValue = "20000",
      description = "Most writes on their way at a time; more are answered 503.")
  private int maxPendingWrites;

  @Option(
      names = "--store-memory",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description = "Native memory of the views: cached blocks and rows not yet on disk.")
  private long storeMemory;

  @Override
  public Integer call() throws InterruptedException {
    ServerConfig serverConfig = serverConfig();
    PrintWriter out = spec.commandLine().getOut();
    Shutdown shutdown = new Shutdown();
    shutdown.install();
    Flowledger server;
    try {
      server =
          Flowledger.start(
              serverConfig,
              line -> {
                out.println("flowledger: " + line);
                out.flush();
              });
    } catch (StartException e) {
      spec.commandLine().getErr().println("flowledger: " + e.getMessage());
      shutdown.exit(FAILED);
      return FAILED;
    }
    shutdown.closes(server);
    String url = "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + server.port();
    out.println("flowledger: serving " + url + " - for Metaflow:");
    out.println("  export METAFLOW_DEFAULT_METADATA=service");
    out.println("  export METAFLOW_SERVICE_URL=" + url);
    out.flush();
    server
        .failed()
        .thenAccept(
            fault -> {
              spec.commandLine().getErr().println("flowledger: stopping after a fault: " + fault);
              shutdown.exit(FAILED);
              new Thread(() -> System.exit(FAILED), "exit").start();
            });
    new CountDownLatch(1).await();
    return FAILED;
  }

  /** Closes the server when the process is told to end. */
  private static final class Shutdown {
    private @Nullable Flowledger server;
    private boolean ending;
    private int status;

    /** Early, so that a signal during the start ends the process in order too. */
    void install() {
      Runtime.getRuntime().addShutdownHook(new Thread(this::run, "shutdown"));
    }

    synchronized void closes(Flowledger started) {
      server = started;
      if (ending) {
        started.close();
      }
    }

    synchronized void exit(int with) {
      status = with;
    }

    private synchronized void run() {
      ending = true;
      if (server != null) {
        server.close();
      }
      // A signal that ended the server in order is no failure.
      Runtime.getRuntime().halt(status);
    }
  }

  ServerConfig serverConfig() {
    SettingSources sources = readConfigFile();
    boolean embedded = kafka == null;
    contradicts(kafkaPort != null && !embedded, "--kafka-port", "--kafka");
    contradicts(durability != null && !embedded, "--durability", "--kafka");
    contradicts(replication != null && embedded, "--replication", "the embedded Kafka");
    range("--port", port, 0, 65535);
    range("--kafka-port", kafkaPort == null ? 0 : kafkaPort, 0, 65535);
    range("--partitions", partitions == null ? 1 : partitions, 1, 10_000);
    range("--max-body", maxBody, 1, 256 << 20);
    range("--max-value", maxValue, 1, maxBody);
    range("--max-name", maxName, 1, 10_000);
    range("--max-entries", maxEntries, 1, 1_000_000);
    range("--max-bulk-entries", maxBulkEntries, 1, 1_000_000);
    range("--max-pending-writes", maxPendingWrites, 1, 10_000_000);
    range("--apply-timeout", applyTimeout, 1, Integer.MAX_VALUE);
    range("--request-timeout", requestTimeout, 1, Integer.MAX_VALUE);
    range("--idle-timeout", idleTimeout, 1, Integer.MAX_VALUE);
    range("--heartbeat-timeout", heartbeatTimeout, 1, Integer.MAX_VALUE);
    range("--store-memory", storeMemory, 1 << 20, Long.MAX_VALUE);
    if (!registryPath.matches("(/[A-Za-z0-9._~-]+)*")) {
      throw new ParameterException(
          spec.commandLine(), "--registry-path must be like /a or /a/b, not " + registryPath);
    }
    Map<String, String> clients = new HashMap<>(sources.kafkaProperties());
    clients.putAll(kafkaProperties);
    return new ServerConfig(
        new ServerConfig.Http(
            host,
            port,
            maxBody,
            Duration.ofMillis(requestTimeout),
            Duration.ofMillis(idleTimeout),
            registryPath),
        data.toAbsolutePath().normalize(),
        Optional.ofNullable(kafka),
        clients,
        new ServerConfig.Embedded(
            kafkaPort == null ? 0 : kafkaPort,
            durability == null ? ServerConfig.Durability.DISK : durability),
        new ServerConfig.Log(
            topicPrefix,
            schemasTopic,
            partitions != null ? partitions : embedded ? EMBEDDED_PARTITIONS : CLUSTER_PARTITIONS,
            replication != null ? replication : embedded ? 1 : CLUSTER_REPLICATION,
            EVENT_BYTES_OVER_BODY * maxBody),
        new IngestConfig(
            new Limits(maxName, maxValue, maxEntries),
            BulkLimits.of(maxBulkEntries, maxBody),
            maxPendingWrites,
            "flowledger/" + Version.current()),
        new QueryConfig(
            QueryConfig.defaults().defaultPage(),
            QueryConfig.defaults().maxPage(),
            QueryConfig.defaults().maxScans(),
            QueryConfig.defaults().scanThreads(),
            Duration.ofSeconds(heartbeatTimeout)),
        Duration.ofMillis(applyTimeout),
        storeMemory,
        registry.schemas(spec.commandLine(), sources.registryProperties()));
  }

  private SettingSources readConfigFile() {
    return spec.commandLine().getDefaultValueProvider() instanceof SettingSources sources
        ? sources
        : SettingSources.of(Map.of());
  }

  private void contradicts(boolean both, String option, String other) {
    if (both) {
      throw new ParameterException(spec.commandLine(), option + " makes no sense with " + other);
    }
  }

  private void range(String option, long value, long from, long to) {
    if (value < from || value > to) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from %d to %d, not %d".formatted(option, from, to, value));
    }
  }
}
