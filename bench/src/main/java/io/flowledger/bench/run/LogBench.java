package io.flowledger.bench.run;

import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.RawProducer;
import io.flowledger.bench.data.SampleEvents;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The ceiling of writes: Kafka's own producer against the embedded broker, nothing around it. */
public final class LogBench {

  private static final int[] IN_FLIGHT = {1, 64, 256, RawProducer.UNLIMITED};

  private LogBench() {}

  public static void run(Bench bench, Duration time) {
    Table table =
        new Table(
            "Raw producer: acks=all against the embedded Kafka",
            "durability",
            "record",
            "bytes",
            "in flight",
            "records/s",
            "MB/s",
            "p50 ms",
            "p99 ms");
    try (EventsLog log =
        EventsLog.open(bench, bench.folder("data-log"), ServerOptions.Durability.PROCESS)) {
      List<RawProducer.Bytes> task = records(log, SampleEvents.task("BenchFlow", 1, "start", 1, 1));
      List<RawProducer.Bytes> metadata =
          records(log, SampleEvents.metadata("BenchFlow", 1, "start", 1, 1, 5, 1));
      for (ServerOptions.Durability durability : ServerOptions.Durability.values()) {
        String topic = log.scratchTopic(durability);
        for (int inFlight : IN_FLIGHT) {
          row(bench, table, log, durability, topic, "task", task, inFlight, time);
        }
        int all = RawProducer.UNLIMITED;
        row(bench, table, log, durability, topic, "metadata-5", metadata, all, time);
        row(bench, table, log, durability, topic, "mix", log.realRecords(), all, time);
      }
    }
    bench.print(
        table
            .note("one flow, so one partition; mix is that of rebuild, in 4 partitions")
            .note(
                "in flight 'all': as many as 64 MB hold, batches wait 5 ms; else they never wait"));
  }

  private static List<RawProducer.Bytes> records(EventsLog log, SpecificRecord event) {
    return List.of(
        new RawProducer.Bytes(
            "BenchFlow".getBytes(StandardCharsets.UTF_8), log.serde().serialize(event)));
  }

  private static void row(
      Bench bench,
      Table table,
      EventsLog log,
      ServerOptions.Durability durability,
      String topic,
      String what,
      List<RawProducer.Bytes> records,
      int inFlight,
      Duration time) {
    RawProducer.Rate rate = RawProducer.measure(log.clients(), topic, records, inFlight, time);
    String flying = inFlight == RawProducer.UNLIMITED ? "all" : Integer.toString(inFlight);
    bench.progress(
        "raw producer, %s, %s, %s in flight: %s records/s"
            .formatted(durability.option(), what, flying, Table.count(rate.perSecond())));
    table.row(
        durability.option(),
        what,
        Table.count(rate.meanBytes()),
        flying,
        Table.count(rate.perSecond()),
        Table.decimal(rate.mbPerSecond(), 1),
        Table.decimal(rate.p50(), 2),
        Table.decimal(rate.p99(), 2));
  }
}
