package io.flowledger.bench;

import io.flowledger.bench.data.World;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.HttpBench;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run http}. */
@Command(
    name = "http",
    description = {
      "Load on the server: requests per second, latencies, CPU and memory of every operation, as"
          + " a share of what the server makes of a constant answer.",
      "Starts a server of its own on a free port, unless --url names one."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class HttpCommand implements Callable<Integer> {

  private static final String INTERFERENCE = "interference";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--connections",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,16,64,256",
      description = "Numbers of connections; 1,16,64,256 by default.")
  private List<Integer> connections = List.of();

  @Option(
      names = "--operations",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Which ones, all by default: post-run, post-task, metadata-1, metadata-5, metadata-50,"
            + " bulk-metadata, artifact-10, heartbeat, tag-mutate, get-task, get-run, list-100, list-10000 (at 16"
            + " connections at most), page-50, filtered-runs, filtered-tasks, mixed,",
        "and interference: get-task beside clients that stream long lists."
      })
  private @Nullable List<String> operations;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Time of each cell of the table; 5 by default.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "60",
      description = {
        "Load before anything is measured; 60 by default, which is what it takes until the server's"
            + " code is compiled."
      })
  private double warmup;

  @Option(
      names = "--generator",
      paramLabel = "builtin|wrk",
      defaultValue = "builtin",
      description =
          "What makes the load; builtin by default. wrk, where it is installed, takes less of the"
              + " CPU that it shares with the server.")
  private HttpBench.Generator generator = HttpBench.Generator.BUILTIN;

  @Option(
      names = "--flows",
      paramLabel = "N",
      defaultValue = "1",
      description = "Flows that writes are spread over; 1 by default.")
  private int flows;

  @Option(
      names = "--history",
      paramLabel = "EVENTS",
      defaultValue = "0",
      description = "Events that are in the log before the server is started; 0 by default.")
  private long history;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A server that runs, instead of one of its own; it gets lots of test data.")
  private @Nullable URI url;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "The process of --url, to report its CPU and memory.")
  private @Nullable Long pid;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    HttpBench.Config config = config();
    return report.run(spec, bench -> HttpBench.run(bench, config));
  }

  HttpBench.Config config() {
    List<String> names = new ArrayList<>(operations == null ? World.OPERATIONS : operations);
    boolean interference = operations == null || names.remove(INTERFERENCE);
    for (String name : names) {
      check(
          World.OPERATIONS.contains(name),
          "no operation '%s'; there are %s, %s"
              .formatted(name, String.join(", ", World.OPERATIONS), INTERFERENCE));
    }
    connections.forEach(number -> Ranges.check(spec, "--connections", number, 1, 10_000));
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    Ranges.check(spec, "--warmup", warmup, 0, 600);
    Ranges.check(spec, "--flows", flows, 1, 100);
    Ranges.check(spec, "--history", history, 0, 1e9);
    check(history == 0 || url == null, "--history makes no sense with --url");
    check(url == null || url.getPort() > 0, "--url must be like http://host:port");
    check(pid == null || url != null, "--pid makes no sense without --url");
    return new HttpBench.Config(
        Optional.ofNullable(url),
        Optional.ofNullable(pid),
        server.options(),
        generator,
        List.copyOf(connections),
        List.copyOf(names),
        interference,
        Ranges.millis(warmup),
        Ranges.millis(seconds),
        flows,
        history);
  }

  private void check(boolean fine, String otherwise) {
    if (!fine) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
