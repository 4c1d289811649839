package io.flowledger.bench.cluster;

import io.flowledger.bench.cluster.check.Call;
import io.flowledger.bench.cluster.check.History;
import io.flowledger.bench.cluster.check.Violation;
import io.flowledger.bench.cluster.fault.Episode;
import io.flowledger.bench.cluster.process.Cluster;
import io.flowledger.bench.report.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is kept of a trial that has failed: the logs, the faults, and the whole history. */
final class Evidence {

  private Evidence() {}

  static void keep(
      Bench bench,
      long seed,
      Cluster cluster,
      History history,
      List<Episode> episodes,
      List<Violation> violations) {
    Path kept = Bench.root().resolve("bench/target/cluster-" + seed);
    try {
      Bench.delete(kept);
      Files.createDirectories(kept);
      try (Stream<Path> logs = Files.list(cluster.logs())) {
        for (Path log : logs.toList()) {
          Files.copy(log, kept.resolve(log.getFileName()));
        }
      }
      Files.write(kept.resolve("faults"), episodes.stream().map(Episode::toString).toList());
      Files.write(
          kept.resolve("violations"), violations.stream().map(Violation::toString).toList());
      Files.write(
          kept.resolve("history"),
          history.calls().stream()
              .sorted(Comparator.comparingLong(call -> call.span().invoked()))
              .map(Call::toString)
              .toList());
      bench.progress("logs and history are in " + kept);
    } catch (IOException e) {
      bench.progress("cannot keep what has happened: " + e);
    }
  }
}
