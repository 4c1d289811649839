package io.flowledger.bench;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of every benchmark. */
final class ReportOptions {

  @Option(
      names = "--format",
      paramLabel = "text|markdown",
      defaultValue = "text",
      description = "How tables are printed; text by default.")
  private Table.Format format = Table.Format.TEXT;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description =
          "Where data is written while it runs; bench/target by default. It should be on the disk"
              + " that is of interest.")
  private @Nullable Path work;

  /** Does the benchmark; returns the status to exit with. */
  interface Benchmark {
    void run(Bench bench);
  }

  int run(CommandSpec spec, Benchmark benchmark) {
    Path parent = work == null ? Bench.root().resolve("bench/target") : work;
    try (Bench bench =
        new Bench(spec.commandLine().getOut(), spec.commandLine().getErr(), format, parent)) {
      bench.header(spec.root().commandLine().getParseResult().originalArgs());
      benchmark.run(bench);
      return bench.status();
    } catch (BenchException e) {
      spec.commandLine().getErr().println("bench: " + e.getMessage());
      return 1;
    }
  }
}
