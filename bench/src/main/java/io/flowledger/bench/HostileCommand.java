package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.HostileBench;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run hostile}. */
@Command(
    name = "hostile",
    description = {
      "Clients of every kind that does harm, all at once, and honest ones beside them: what each"
          + " kind was answered, how long the honest ones waited, what became of the server.",
      "Starts a server of its own on a free port, unless --url names one. Fails where the server"
          + " or the honest clients do not come through as they should."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class HostileCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "10",
      description = "How long; 10 by default.")
  private double minutes;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "30",
      description = "Seconds of honest clients alone before; 30 by default.")
  private double warmup;

  @Option(
      names = "--honest",
      paramLabel = "N",
      defaultValue = "64",
      description = "Honest clients; 64 by default.")
  private int honest;

  @Option(
      names = "--scale",
      paramLabel = "X",
      defaultValue = "1",
      description = "How many hostile ones, as a share of all; 1 by default.")
  private double scale;

  @Option(
      names = "--kinds",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "Only kinds whose name has a match; all by default.")
  private String kinds = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random; the time by default. It is printed.")
  private @Nullable Long seed;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.2",
      description =
          "Address that the hostile clients come from, since the server serves addresses by turns;"
              + " 127.0.0.2 by default. 'any' leaves it to the system.")
  private String from = "";

  @Option(
      names = "--untimed",
      description = "On a busy machine: latencies are shown, and nothing fails for them.")
  private boolean untimed;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A server that runs, instead of one of its own; it gets lots of test data.")
  private @Nullable URI url;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "The process of --url, to watch its memory and whether it is there.")
  private @Nullable Long pid;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    HostileBench.Load load = load();
    HostileBench.Where where =
        new HostileBench.Where(Optional.ofNullable(url), Optional.ofNullable(pid));
    return report.run(spec, bench -> HostileBench.run(bench, server.options(), where, load));
  }

  HostileBench.Load load() {
    Ranges.check(spec, "--minutes", minutes, 0.1, 600);
    Ranges.check(spec, "--warmup", warmup, 0, 600);
    Ranges.check(spec, "--honest", honest, 1, 1000);
    Ranges.check(spec, "--scale", scale, 0.001, 3);
    check(url == null || url.getPort() > 0, "--url must be like http://host:port");
    check((pid == null) == (url == null), "--url and --pid make sense together only");
    return new HostileBench.Load(
        Ranges.millis(60 * minutes),
        Ranges.millis(warmup),
        honest,
        scale,
        kinds,
        seed == null ? System.currentTimeMillis() : seed,
        Optional.of(from).filter(address -> !address.equals("any")),
        !untimed);
  }

  private void check(boolean fine, String otherwise) {
    if (!fine) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
