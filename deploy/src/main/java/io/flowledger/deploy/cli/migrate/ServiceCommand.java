package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.http.HttpHistory;
import io.flowledger.deploy.cli.migrate.http.SourceHeaders;
import io.flowledger.deploy.cli.migrate.move.CutOver;
import io.flowledger.deploy.cli.migrate.move.Migration;
import io.flowledger.deploy.cli.migrate.postgres.PostgresHistory;
import io.flowledger.deploy.cli.migrate.postgres.PostgresUrl;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowledger migrate metaflow-service}. */
@Command(
    name = "metaflow-service",
    description = {
      "Moves what Metaflow's metadata service has, from its database or over HTTP.",
      "With --follow it goes on with what is written there, until Ctrl-C: what is left is moved,"
          + " then it ends, and clients can be given the new server."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger migrate metaflow-service --postgres postgresql://reader@db:5432/metaflow",
      "  flowledger migrate metaflow-service --postgres URL --follow",
      "  flowledger migrate metaflow-service --postgres URL --verify-only"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ServiceCommand implements Callable<Integer> {

  private static final class From {

    @Option(
        names = "--postgres",
        paramLabel = "URL",
        description = {
          "The database, as libpq or JDBC writes it. It is only read. The password is that of the"
              + " URL, of PGPASSWORD, or of ~/.pgpass; sslmode and sslrootcert are as those of"
              + " libpq."
        })
    private @Nullable String postgres;

    @Option(
        names = "--http",
        paramLabel = "URL",
        description = {
          "A service with the API of Metaflow's. METAFLOW_SOURCE_AUTH_KEY is sent as x-api-key,"
              + " METAFLOW_SOURCE_HEADERS is a JSON object of other headers."
        })
    private @Nullable String http;
  }

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private From from;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Schema of the database in which the tables are.")
  private String schema = "";

  @Option(
      names = "--follow",
      description = "Go on with what is written, until Ctrl-C or --until-idle. For --postgres.")
  private boolean follow;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How often --follow looks, at most; 5 by default.")
  private int every = 5;

  @Option(
      names = "--until-idle",
      paramLabel = "SECONDS",
      description = "End --follow when nothing has been written for so long.")
  private @Nullable Integer untilIdle;

  @Mixin private MoveOptions move = new MoveOptions();
  @Mixin private final ServerOptions options;

  private final Surroundings surroundings;
  private final Supplier<String> version;
  private final Supplier<CutOver> cutOvers;

  ServiceCommand(Surroundings surroundings, Supplier<String> version, Supplier<CutOver> cutOvers) {
    this.surroundings = surroundings;
    this.options = new ServerOptions(surroundings);
    this.version = version;
    this.cutOvers = cutOvers;
  }

  @Override
  public Integer call() {
    options.ofNow();
    options.refuse(follow && from.http != null, "--follow", "--http: run it again instead");
    options.refuse(follow && move.verifyOnly, "--follow", "--verify-only");
    options.usage(untilIdle == null || follow, "--until-idle is for --follow");
    options.usage(every >= 1 && (untilIdle == null || untilIdle >= 1), "times are 1 s or more");
    if (!follow) {
      return options.run(session -> move(session, Migration::catchUp));
    }
    CutOver cutOver = cutOvers.get();
    int status = ExitCodes.FAILED;
    try {
      status = options.run(session -> move(session, migration -> follow(migration, cutOver)));
      return status;
    } finally {
      cutOver.done(status); // only now, since a failure has to be told before
    }
  }

  private int move(Session session, Consumer<Migration> rest) {
    if (from.http != null && session.client().asks(from.http)) {
      throw CommandFailure.failed(
          "%s is the server to which history is moved; --server names another"
              .formatted(from.http));
    }
    Losses losses = new Losses();
    try (History history = open(losses)) {
      return new Moving(session, move, losses, version.get()).run(history, rest);
    }
  }

  private void follow(Migration migration, CutOver cutOver) {
    migration.follow(
        cutOver,
        Duration.ofSeconds(every),
        Optional.ofNullable(untilIdle).map(Duration::ofSeconds));
  }

  private History open(Losses losses) {
    if (from.postgres != null) {
      return PostgresHistory.open(
          PostgresUrl.parse(from.postgres, surroundings.environment()), schema, losses);
    }
    return HttpHistory.open(
        String.valueOf(from.http),
        SourceHeaders.of(surroundings.environment()),
        surroundings.pause(),
        losses);
  }
}
