package io.flowledger.deploy;

import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.config.TopicsOptions;
import io.flowledger.deploy.copy.CopyFailure;
import io.flowledger.deploy.copy.CopyPlace;
import io.flowledger.deploy.copy.LogCopy;
import io.flowledger.deploy.server.DataFolder;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.deploy.server.EventSerdes;
import io.flowledger.deploy.server.KafkaConnection;
import io.flowledger.deploy.server.KeptLog;
import io.flowledger.deploy.server.StartException;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger copy}: a whole log to another Kafka, with another number of partitions. */
@Command(
    name = "copy",
    description = {
      "Copies a whole log to other topics, with another number of partitions: events, heartbeats,"
          + " numbers, dead letters and schemas, with their order per flow, ids, times and headers.",
      "Called again, it goes on where it was, also after a kill, and brings the copy up to a source"
          + " that has grown. At its end it compares both from their beginnings. The copy is complete"
          + " when no server is on the source any more; servers do not start on one that is not.",
      "Exits with 0 when the copy is complete, with 9 when it differs from the source, with 1 when it"
          + " could not be finished."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger copy --from ./data --to kafka1:9092,kafka2:9092",
      "  flowledger copy --from kafka1:9092 --from-property security.protocol=SSL \\",
      "      --to kafka1:9092 --to-property security.protocol=SSL \\",
      "      --partitions 96 --to-topic-prefix flowledger2."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class CopyCommand implements Callable<Integer> {

  private static final int FINE = 0;
  private static final int FAILED = 1;
  private static final int DIFFERS = 9;

  /** As log4j2.xml reads it. */
  private static final String LOG_LEVEL = "flowledger.log.level";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR|HOST:PORT",
      description =
          "The log to copy: the data folder of a server that is not running, or the bootstrap"
              + " servers of a Kafka cluster.")
  private String from = "";

  @Option(
      names = "--from-property",
      paramLabel = "NAME=VALUE",
      description = "Setting of the Kafka clients of the source; may be repeated.")
  private Map<String, String> fromProperties = new HashMap<>();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Bootstrap servers of the Kafka cluster to copy to.")
  private String to = "";

  @Option(
      names = "--to-property",
      paramLabel = "NAME=VALUE",
      description = "Setting of the Kafka clients of the target; may be repeated.")
  private Map<String, String> toProperties = new HashMap<>();

  @Option(
      names = "--partitions",
      defaultValue = "24",
      description = "Partitions of the copy, ${DEFAULT-VALUE} by default.")
  private int partitions;

  @Option(
      names = "--replication",
      defaultValue = "3",
      description = "Copies of every partition on the target, ${DEFAULT-VALUE} by default.")
  private short replication;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      defaultValue = "flowledger.",
      description = "What the names of the topics of the source start with.")
  private String topicPrefix = "";

  @Option(
      names = "--to-topic-prefix",
      paramLabel = "PREFIX",
      description = "The same of the target; as that of the source by default.")
  private @Nullable String toTopicPrefix;

  @Option(
      names = "--schemas-topic",
      paramLabel = "TOPIC",
      defaultValue = "_schemas",
      description = "Topic of the source that holds the Avro schemas.")
  private String schemasTopic = "";

  @Option(
      names = "--to-schemas-topic",
      paramLabel = "TOPIC",
      description =
          "The same of the target; as that of the source by default. Within one cluster, both may"
              + " use the same one.")
  private @Nullable String toSchemasTopic;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "The schema registry, where the servers use one; the copy uses it too.")
  private @Nullable String schemaRegistry;

  @Option(
      names = "--schema-registry-property",
      paramLabel = "NAME=VALUE",
      description = "Setting of the client of the schema registry; may be repeated.")
  private Map<String, String> schemaRegistryProperties = new HashMap<>();

  @Option(
      names = "--heads",
      paramLabel = "FILE",
      description =
          "File for the heads of the copy, which 'flowledger audit verify --heads' reads; those of"
              + " the source are written to FILE.source.")
  private @Nullable Path heads;

  @Option(
      names = "--kafka-timeout",
      paramLabel = "S",
      defaultValue = "60",
      description = "So long clusters are waited for that do not answer.")
  private long kafkaTimeout;

  @Override
  public Integer call() {
    check(partitions >= 1 && partitions <= 10_000, "--partitions must be from 1 to 10000");
    check(replication >= 1, "--replication must be 1 at least");
    check(kafkaTimeout >= 1, "--kafka-timeout must be 1 at least");
    Path folder = Path.of(from);
    boolean isFolder = Files.isDirectory(folder);
    check(
        isFolder || from.contains(":"),
        "--from " + from + " is neither a folder that is there nor HOST:PORT");
    check(!isFolder || fromProperties.isEmpty(), "--from-property makes no sense with a folder");
    System.setProperty(LOG_LEVEL, "WARN"); // read when the first logger is made
    PrintWriter err = spec.commandLine().getErr();
    try {
      return finish(isFolder ? copyFolder(folder.toAbsolutePath().normalize()) : copyCluster());
    } catch (CopyFailure | StartException e) {
      err.println("flowledger: " + e.getMessage());
      return FAILED;
    } catch (KafkaException e) {
      err.println("flowledger: Kafka has failed: " + e.getMessage());
      return FAILED;
    } finally {
      spec.commandLine().getOut().flush();
      err.flush();
    }
  }

  private void check(boolean fine, String message) {
    if (!fine) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private LogCopy.Outcome copyFolder(Path folder) {
    if (!DataFolder.isOne(folder)) {
      throw new CopyFailure(folder + " is no data folder of a server");
    }
    try (DataFolder data = DataFolder.take(folder)) {
      if (!Files.isDirectory(data.kafka())) {
        throw new CopyFailure(
            folder + " has no log of its own; name the cluster that has it with --from HOST:PORT");
      }
      KeptLog.prepareCopy(data, topicPrefix, this::progress);
      CopyPlace target = target();
      progress("starting the embedded Kafka in " + data.kafka());
      try (EmbeddedKafka kafka = EmbeddedKafka.start(data.kafka(), 0)) {
        CopyPlace source = source(folder.toString(), kafka.bootstrapServers());
        return LogCopy.ofFolder(
                source, target, registry(source), schemaRegistry != null, this::progress)
            .run();
      }
    }
  }

  private LogCopy.Outcome copyCluster() {
    CopyPlace source = source(from, from);
    connect(source);
    return LogCopy.ofCluster(
            source, target(), registry(source), schemaRegistry != null, this::progress)
        .run();
  }

  private CopyPlace source(String name, String bootstrapServers) {
    return new CopyPlace(
        name,
        clients(fromProperties, bootstrapServers),
        new Topics(
            topicPrefix, schemasTopic, 1, (short) 1, Topics.Flush.UNMANAGED, leastEventBytes()));
  }

  private CopyPlace target() {
    CopyPlace target =
        new CopyPlace(
            to,
            clients(toProperties, to),
            new Topics(
                toTopicPrefix == null ? topicPrefix : toTopicPrefix,
                toSchemasTopic == null ? schemasTopic : toSchemasTopic,
                partitions,
                replication,
                Topics.Flush.UNMANAGED,
                leastEventBytes()));
    connect(target);
    return target;
  }

  private static int leastEventBytes() {
    return TopicsOptions.DEFAULT_EVENT_BYTES;
  }

  private void connect(CopyPlace place) {
    KafkaConnection.await(place.clients(), Duration.ofSeconds(kafkaTimeout), this::progress);
  }

  private static Map<String, Object> clients(
      Map<String, String> properties, String bootstrapServers) {
    Map<String, Object> clients = new HashMap<>(properties);
    clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return clients;
  }

  private Supplier<SchemaRegistry> registry(CopyPlace source) {
    Map<String, String> properties = new HashMap<>(schemaRegistryProperties);
    if (schemaRegistry != null) {
      properties.put("schema.registry.url", schemaRegistry);
    }
    return () -> EventSerdes.registry(properties, source.clients(), schemasTopic);
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("flowledger: " + line);
    err.flush();
  }

  private int finish(LogCopy.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    outcome.results().forEach(out::println);
    if (!outcome.differences().isEmpty()) {
      outcome.differences().forEach(difference -> out.println("  " + difference));
      out.println(
          "DIFFERENT: do not use the copy; delete its topics, and copy again. The source is as it was");
      return DIFFERS;
    }
    print(out, "heads of the source, whose chains end with it:", outcome.sourceHeads());
    print(out, "heads of the copy, which has chains of its own:", outcome.targetHeads());
    write(outcome);
    if (!outcome.complete()) {
      out.println(
          "NOT COMPLETE: all that was there is copied, but "
              + (outcome.served()
                  ? "servers are still on " + from + ". Stop them, and copy again"
                  : "the source has grown meanwhile. Copy again"));
      return FAILED;
    }
    out.println("COMPLETE: source and copy are the same. Now start servers on it:");
    out.println("  " + serve());
    out.println(
        "and none on " + from + " any more: what was written there would not be in the copy");
    return FINE;
  }

  private String serve() {
    StringBuilder serve =
        new StringBuilder("flowledger serve --data NEW-FOLDER --kafka ")
            .append(to)
            .append(" --partitions ")
            .append(partitions);
    append(serve, "--replication", replication == 3 ? null : Short.toString(replication));
    append(serve, "--topic-prefix", toTopicPrefix != null ? toTopicPrefix : topicPrefix);
    append(serve, "--schemas-topic", toSchemasTopic != null ? toSchemasTopic : schemasTopic);
    append(serve, "--schema-registry", schemaRegistry);
    return serve.toString();
  }

  private static void append(StringBuilder serve, String option, @Nullable String value) {
    if (value != null && !value.equals("flowledger.") && !value.equals("_schemas")) {
      serve.append(' ').append(option).append(' ').append(value);
    }
  }

  private static void print(PrintWriter out, String title, List<PartitionHead> heads) {
    out.println(title);
    heads.forEach(
        head ->
            out.println(
                "  %s-%d@%s".formatted(head.topic(), head.partition(), head.head().toString())));
  }

  private void write(LogCopy.Outcome outcome) {
    if (heads == null) {
      return;
    }
    try {
      Files.writeString(heads, PartitionHead.toJson(outcome.targetHeads()) + "\n");
      Files.writeString(
          Path.of(heads + ".source"), PartitionHead.toJson(outcome.sourceHeads()) + "\n");
    } catch (IOException e) {
      throw new CopyFailure("cannot write " + heads + ": " + Faults.why(e), e);
    }
  }
}
