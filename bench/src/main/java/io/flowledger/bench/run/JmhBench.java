package io.flowledger.bench.run;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of this jar. */
public final class JmhBench {

  private static final int WARM_UPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private JmhBench() {}

  public static void run(Bench bench, String pattern, int forks, Duration time) {
    TimeValue iteration = new TimeValue(time.toMillis(), TimeUnit.MILLISECONDS);
    bench.progress("running JMH benchmarks " + pattern);
    Collection<RunResult> results;
    try {
      results =
          new Runner(
                  new OptionsBuilder()
                      .include(pattern)
                      .forks(forks)
                      .warmupIterations(WARM_UPS)
                      .warmupTime(iteration)
                      .measurementIterations(MEASUREMENTS)
                      .measurementTime(iteration)
                      .addProfiler(GCProfiler.class)
                      .verbosity(VerboseMode.SILENT)
                      .shouldFailOnError(true)
                      .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC")
                      .build())
              .run();
    } catch (RunnerException e) {
      throw new BenchException("JMH has failed: " + e.getMessage(), e);
    }
    Table table =
        new Table("Hot code (JMH)", "benchmark", "parameters", "ns/op", "+- ns", "ops/s", "B/op");
    results.stream()
        .sorted(Comparator.comparing(JmhBench::name).thenComparing(JmhBench::parameters))
        .forEach(result -> row(table, result));
    bench.print(
        table.note(
            "average time, one thread, %d x %d iterations of %d ms, 99.9 %% confidence"
                .formatted(forks, MEASUREMENTS, time.toMillis())));
  }

  private static String name(RunResult result) {
    List<String> parts = List.of(result.getParams().getBenchmark().split("\\."));
    return String.join(".", parts.subList(parts.size() - 2, parts.size()));
  }

  private static String parameters(RunResult result) {
    return result.getParams().getParamsKeys().stream()
        .map(key -> result.getParams().getParam(key))
        .collect(Collectors.joining(", "));
  }

  private static void row(Table table, RunResult result) {
    Result<?> time = result.getPrimaryResult();
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    table.row(
        name(result),
        parameters(result),
        Table.decimal(time.getScore(), 1),
        Double.isNaN(time.getScoreError()) ? "-" : Table.decimal(time.getScoreError(), 1),
        Table.count(1e9 / time.getScore()),
        allocated == null ? "-" : Table.count(allocated.getScore()));
  }
}
