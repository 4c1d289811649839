package io.flowledger.bench.run;

import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.RawProducer;
import io.flowledger.bench.data.SampleEvents;
import io.flowledger.bench.data.World;
import io.flowledger.bench.load.Api;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.process.Starts;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.nio.file.Path;
import java.time.Duration;

/** A log of real events, of which a server makes its views; then starts with these views. */
public final class RebuildBench {

  private static final Duration RAW = Duration.ofSeconds(3);
  private static final Duration HTTP_LIMIT = Duration.ofSeconds(60);
  private static final long SLOWEST_PER_SECOND = 2_000;

  private RebuildBench() {}

  public static void run(
      Bench bench,
      ServerProcess.Options options,
      ServerOptions.Durability durability,
      long atLeast) {
    Path data = bench.folder("data-rebuild");
    SampleEvents samples = new SampleEvents();
    RawProducer.Rate raw;
    EventsLog.Appended written;
    try (EventsLog log = EventsLog.open(bench, data, durability)) {
      raw = log.rawRate(durability, RawProducer.UNLIMITED, RAW);
      bench.progress("raw producer: %s records/s".formatted(Table.count(raw.perSecond())));
      written = log.append(samples, atLeast);
      bench.progress(
          "wrote %s events at %s/s"
              .formatted(Table.count(written.events()), Table.count(written.rate())));
    }
    long events = written.events();
    Table table =
        new Table(
            "Rebuild of the views from a log of %s events".formatted(Table.count(events)),
            "what",
            "seconds",
            "events/s",
            "of raw producer",
            "CPU cores",
            "RSS MB");
    row(table, "raw producer", RAW.toMillis() / 1000.0, raw.perSecond(), raw, "-", "-");
    row(table, "producer and serde", written.seconds(), written.rate(), raw, "-", "-");

    ServerProcess server = ServerProcess.start(bench, options, data);
    double up = server.awaitHttp(HTTP_LIMIT).toMillis() / 1000.0;
    Duration limit = Duration.ofSeconds(60 + events / SLOWEST_PER_SECOND);
    double ready = server.awaitReady(limit).toMillis() / 1000.0;
    String cores =
        ProcessHandle.of(server.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .map(cpu -> Table.decimal(cpu.toMillis() / 1000.0 / ready, 2))
            .orElse("-");
    String rss = Table.count(server.residentMb());
    bench.progress("rebuilt in %s s".formatted(Table.decimal(ready - up, 1)));
    row(table, "rebuild, HTTP up to ready", ready - up, events / (ready - up), raw, cores, rss);
    row(table, "rebuild, process start to ready", ready, events / ready, raw, cores, rss);
    if (new Api(server.url()).status(samples.lastTask()) != 200) {
      bench.failed("after the rebuild " + samples.lastTask() + " is not there");
    }
    server.stop();
    ServerProcess.Ended audit = server.run(bench, "audit", "verify", "--data", data.toString());
    if (audit.status() != 0) {
      bench.failed("the audit ends with " + audit.status());
    }
    bench.progress("audited in %s s".formatted(Table.decimal(audit.seconds(), 1)));
    row(
        table,
        "audit verify, process start to end",
        audit.seconds(),
        events / audit.seconds(),
        raw,
        "-",
        "-");

    Starts.Started clean = Starts.again(bench, server);
    start(table, "start after stop", clean);
    World.prepareSmall(clean.server().url());
    clean.server().kill();
    Starts.Started killed = Starts.again(bench, clean.server());
    start(table, "start after kill -9", killed);
    killed.server().stop();
    Bench.delete(data);
    bench.print(
        table
            .note(
                "log: %s bytes per event on average; per run 4 steps of 5 tasks, per task 16"
                        .formatted(Table.count(raw.meanBytes()))
                    + " metadata in 5 events and 14 artifacts in one")
            .note(
                "starts: seconds to the first answered POST and to all ready; durability "
                    + durability.option()));
  }

  private static void row(
      Table table,
      String what,
      double seconds,
      double perSecond,
      RawProducer.Rate raw,
      String cores,
      String rss) {
    table.row(
        what,
        Table.decimal(seconds, 1),
        Table.count(perSecond),
        Table.ratio(perSecond, raw.perSecond()),
        cores,
        rss);
  }

  private static void start(Table table, String what, Starts.Started started) {
    String rss = Table.count(started.server().residentMb());
    table.row(
        what + ", first POST", Starts.Times.seconds(started.times().post()), "-", "-", "-", rss);
    table.row(
        what + ", all ready", Starts.Times.seconds(started.times().ready()), "-", "-", "-", rss);
  }
}
