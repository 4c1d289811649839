package io.flowledger.bench.run;

import io.flowledger.bench.data.World;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.process.Starts;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that a start takes, with and without the archive of classes that the launcher makes. */
public final class StartupBench {

  private final Bench bench;
  private final ServerProcess.Options options;
  private final int repeat;
  private final Table table =
      new Table(
          "Start of the server",
          "data",
          "class archive",
          "first POST s",
          "all ready s",
          "idle RSS MB");

  private StartupBench(Bench bench, ServerProcess.Options options, int repeat) {
    this.bench = bench;
    this.options = options;
    this.repeat = repeat;
  }

  /**
   * @param repeat how often each start is measured; the median is told
   */
  public static void run(Bench bench, ServerProcess.Options options, int repeat) {
    new StartupBench(bench, options, repeat).run();
  }

  private void run() {
    measure("without", options.withArchive(Optional.empty()));
    bench.progress("making the archive of classes");
    Optional<Path> archive = Starts.archive(bench, options);
    if (archive.isPresent()) {
      measure("with", options.withArchive(archive));
    } else {
      table.note("this JVM makes no archive of classes");
    }
    bench.print(
        table
            .note("from the start of the process; median of " + repeat)
            .note("after stop and after kill -9: a log of a few thousand events"));
  }

  private record Start(Starts.Times times, double idleMb) {}

  private void measure(String archive, ServerProcess.Options with) {
    List<Start> empty = new ArrayList<>();
    List<Start> stopped = new ArrayList<>();
    List<Start> killed = new ArrayList<>();
    for (int i = 0; i < repeat; i++) {
      Path data = bench.folder("data-start");
      ServerProcess server = add(Starts.first(bench, with, data), empty);
      World.prepareSmall(server.url());
      server.stop();
      server = add(Starts.again(bench, server), stopped);
      World.prepareSmall(server.url());
      server.kill();
      add(Starts.again(bench, server), killed).stop();
      Bench.delete(data);
    }
    row("empty", archive, empty);
    row("after stop", archive, stopped);
    row("after kill -9", archive, killed);
  }

  private static ServerProcess add(Starts.Started started, List<Start> starts) {
    starts.add(new Start(started.times(), Starts.idleMb(started.server())));
    return started.server();
  }

  private void row(String data, String archive, List<Start> starts) {
    Duration post = median(starts.stream().map(start -> start.times().post()).toList());
    Duration ready = median(starts.stream().map(start -> start.times().ready()).toList());
    double idle =
        starts.stream()
            .mapToDouble(Start::idleMb)
            .sorted()
            .skip(starts.size() / 2)
            .findFirst()
            .orElse(Double.NaN);
    bench.progress(
        "start, %s, %s archive: ready in %s s"
            .formatted(data, archive, Starts.Times.seconds(ready)));
    table.row(
        data, archive, Starts.Times.seconds(post), Starts.Times.seconds(ready), Table.count(idle));
  }

  private static Duration median(List<Duration> durations) {
    return durations.stream()
        .sorted(Comparator.naturalOrder())
        .skip(durations.size() / 2)
        .findFirst()
        .orElse(Duration.ZERO);
  }
}
