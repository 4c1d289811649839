package io.flowledger.deploy;

import io.flowledger.deploy.config.AccessOptions;
import io.flowledger.deploy.config.ClusterOptions;
import io.flowledger.deploy.config.HelpSection;
import io.flowledger.deploy.config.HttpOptions;
import io.flowledger.deploy.config.IngestOptions;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.KafkaOptions;
import io.flowledger.deploy.config.QueryOptions;
import io.flowledger.deploy.config.RegistryOptions;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.SettingSources;
import io.flowledger.deploy.config.TelemetryOptions;
import io.flowledger.deploy.config.TopicsOptions;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.config.ViewsOptions;
import io.flowledger.deploy.config.edge.EdgeOptions;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.edge.EdgeConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  // A section of the help has the groups in this order.
  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final TopicsOptions topics = new TopicsOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final RegistryOptions schemas = new RegistryOptions();
  @Mixin private final ViewsOptions views = new ViewsOptions();
  @Mixin private final QueryOptions query = new QueryOptions();
  @Mixin private final HttpOptions http = new HttpOptions();
  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final TelemetryOptions telemetry = new TelemetryOptions();
  @Mixin private final EdgeOptions edge = new EdgeOptions();
  @Mixin private final IngestOptions ingest = new IngestOptions();

  @Option(
      names = "--data",
      order = HelpSection.PLACE,
      defaultValue = "./data",
      description = "Folder of all data.")
  private Path data = Path.of("data");

  @Option(
      names = "--config",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description = "File of settings, as name = value.")
  private @Nullable Path config; // read before the others are parsed

  /**
   * The configuration of a {@code serve} with these options, and the settings of an environment.
   *
   * @throws ParameterException when they cannot be
   */
  static ServerConfig config(Map<String, String> environment, String... options) {
    String[] args =
        Stream.concat(Stream.of("serve"), Arrays.stream(options)).toArray(String[]::new);
    CommandLine.ParseResult serve =
        Objects.requireNonNull(
            Main.commandLine(args, environment).parseArgs(args).subcommand(), "serve");
    return ((ServeCommand) serve.commandSpec().userObject()).serverConfig();
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return new Serving(out, spec.commandLine().getErr())
        .run(
            serverConfig(),
            url -> {
              out.println("flowledger: serving " + url + " - for Metaflow:");
              out.println("  export METAFLOW_DEFAULT_METADATA=service");
              out.println("  export METAFLOW_SERVICE_URL=" + url);
            });
  }

  /**
   * @throws ParameterException when the options cannot be
   */
  ServerConfig serverConfig() {
    SettingSources sources = SettingSources.of(spec.commandLine());
    HttpConfig reached = http.config();
    KafkaConfig log = kafka.config(sources.kafkaProperties());
    EdgeConfig network = edge.config();
    return new ServerConfig(
        data.toAbsolutePath().normalize(),
        reached,
        http.mcp(),
        log,
        topics.config(log, reached),
        schemas.config(sources.registryProperties()),
        views.config(),
        ingest.config(reached),
        query.config(),
        cluster.config(log, reached),
        access.config(reached.host(), network.asksForCertificates()),
        telemetry.config(reached),
        network);
  }
}
