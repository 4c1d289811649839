package io.flowledger.bench.run;

import io.flowledger.bench.data.EventSource;
import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.InterleavedEvents;
import io.flowledger.bench.data.SampleEvents;
import io.flowledger.bench.load.Api;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Time that it takes to answer with all events of a run, by how its events lie in a long log. */
public final class HistoryBench {

  private static final Duration HTTP_LIMIT = Duration.ofSeconds(60);
  private static final long SLOWEST_PER_SECOND = 2_000;
  private static final double MILLIS = 1_000_000;
  private static final String FLOW = "LongRun";

  private HistoryBench() {}

  /**
   * @param events of the log
   * @param ofRun events of each run that is read
   * @param every of so many events in the time of the run one is its own
   * @param times that each is read
   */
  public record Load(long events, int ofRun, List<Long> every, int times) {}

  private record Run(String name, String path) {}

  public static void run(
      Bench bench, ServerProcess.Options options, ServerOptions.Durability durability, Load load) {
    Path data = bench.folder("data-history");
    List<Run> runs = new ArrayList<>();
    long events;
    try (EventsLog log = EventsLog.open(bench, data, durability)) {
      EventsLog.Appended written = log.append(source(load, runs), load.events());
      events = written.events();
      bench.progress("wrote %s events".formatted(Table.count(events)));
    }
    ServerProcess server = ServerProcess.start(bench, options, data);
    server.awaitHttp(HTTP_LIMIT);
    server.awaitReady(Duration.ofSeconds(60 + events / SLOWEST_PER_SECOND));
    Table table =
        new Table(
            "History of a run of %s events among %s"
                .formatted(Table.count(load.ofRun()), Table.count(events)),
            "its events",
            "best ms",
            "p50 ms",
            "p99 ms");
    Api api = new Api(server.url());
    for (Run run : runs) {
      Histogram nanos = new Histogram(3);
      for (int i = -load.times(); i < load.times(); i++) { // half of them to warm up
        long start = System.nanoTime();
        check(api, run, load);
        if (i >= 0) {
          nanos.recordValue(System.nanoTime() - start);
        }
      }
      table.row(run.name(), millis(nanos, 0), millis(nanos, 50), millis(nanos, 99));
    }
    server.stop();
    Bench.delete(data);
    bench.print(table.note("GET /flows/F/runs/R/events with all of them, one client"));
  }

  private static EventSource source(Load load, List<Run> runs) {
    SampleEvents others = new SampleEvents();
    InterleavedEvents all = new InterleavedEvents(others);
    long from = load.events() / 100;
    for (long every : load.every()) {
      Deque<EventSource.Sample> events = others.longRun(FLOW + runs.size(), load.ofRun());
      long span = Math.min(every, (load.events() - from) / load.ofRun());
      all.scatter(events, from, span);
      runs.add(
          new Run(
              span == 1 ? "together" : "one in " + Table.count(span),
              "/flows/%s%d/runs/%d/events".formatted(FLOW, runs.size(), others.runs())));
      from++;
    }
    return all;
  }

  private static void check(Api api, Run run, Load load) {
    int found = api.body(run.path()).split("\\{\"position\": ", -1).length - 1;
    if (found != load.ofRun()) {
      throw new BenchException(
          "%s has %d events instead of %d".formatted(run.path(), found, load.ofRun()));
    }
  }

  private static String millis(Histogram nanos, double percentile) {
    return Table.decimal(nanos.getValueAtPercentile(percentile) / MILLIS, 1);
  }
}
