package io.flowledger.bench.run;

import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.RawStore;
import io.flowledger.bench.data.Repeat;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import io.flowledger.projector.Projector;
import io.flowledger.projector.ProjectorConfig;
import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ceiling of reads: RocksDB itself with rows as long as those of tasks; beside it, what the
 * view makes of the same number of tasks, and what a client gets of their list.
 */
public final class StoreBench {

  private static final long STORE_MEMORY = 64L << 20;
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final String FLOW = "BenchStore";
  private static final String STEP = "many";
  private static final int LISTS = 5;
  private static final long SEED = 42;

  private final Bench bench;
  private final int rows;
  private final Duration time;
  private final Table table = new Table("Store", "what", "rows", "per second", "of raw", "ms");

  private StoreBench(Bench bench, int rows, Duration time) {
    this.bench = bench;
    this.rows = rows;
    this.time = time;
  }

  /**
   * @param rows in the raw store
   * @param tasks in the list of the product
   */
  public static void run(
      Bench bench, ServerProcess.Options options, int rows, int tasks, Duration time) {
    StoreBench store = new StoreBench(bench, rows, time);
    int read = Math.min(rows, tasks);
    RawStore.Rates raw = RawStore.measure(bench.folder("data-raw"), rows, read, STORE_MEMORY, time);
    store.row("raw puts, batches of " + RawStore.BATCH, rows, raw.puts(), raw.puts(), "-");
    store.row("raw gets", read, raw.gets(), raw.gets(), "-");
    store.row("raw scan", read, raw.scan(), raw.scan(), "-");
    Path data = bench.folder("data-store");
    store.view(data, tasks, raw);
    store.list(options, data, tasks, raw);
    bench.print(
        store
            .table
            .note(
                "raw: RocksDB, one thread, rows of %d bytes, %d MB for blocks and rows"
                    .formatted(RawStore.ROW_BYTES, STORE_MEMORY >> 20))
            .note("view: the read model in this process; list: GET of all tasks of a step"));
  }

  private void row(String what, long count, double rate, double raw, String millis) {
    bench.progress("%s: %s/s".formatted(what, Table.count(rate)));
    table.row(what, Table.count(count), Table.count(rate), Table.ratio(rate, raw), millis);
  }

  // ---- the product's view ----------------------------------------------------------------------

  private void view(Path data, int tasks, RawStore.Rates raw) {
    try (EventsLog log = EventsLog.open(bench, data, ServerOptions.Durability.PROCESS)) {
      long first = log.append(FLOW, STEP, tasks);
      ProjectorConfig config =
          new ProjectorConfig(
              log.clients(),
              log.topics(),
              data.resolve("views"),
              "bench",
              "127.0.0.1:1",
              LIMIT,
              SESSION,
              STORE_MEMORY);
      try (Projector projector =
          new Projector(
              config, log.serde(), new SimpleMeterRegistry(), this::fault, Tenure.ofTheOnlyOne())) {
        projector.start();
        awaitReady(projector);
        View view = projector.view(projector.partitionOf(FLOW));
        RunRow run =
            view.run(FLOW, new Identifier.Number(1))
                .orElseThrow(() -> new BenchException("the view has no run"));
        double gets = gets(view, first, tasks);
        row("view gets of tasks", tasks, gets, raw.gets(), "-");
        double scan = scan(view, run, tasks);
        row("view scan of tasks", tasks, scan, raw.scan(), "-");
      }
    }
    Bench.delete(data.resolve("views"));
  }

  private void fault(Throwable fault) {
    bench.failed("the projector has failed: " + fault);
  }

  private static void awaitReady(Projector projector) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (ReadModel.Readiness now = projector.readiness();
        !now.ready();
        now = projector.readiness()) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("the views are not ready: " + now.explanation());
      }
      Bench.sleep(Duration.ofMillis(20));
    }
  }

  private double gets(View view, long first, int tasks) {
    Random random = new Random(SEED);
    return Repeat.rate(
        time,
        () -> {
          if (view.task(first + random.nextInt(tasks)).isEmpty()) {
            throw new BenchException("a task is missing");
          }
          return 1;
        });
  }

  private double scan(View view, RunRow run, int tasks) {
    return Repeat.rate(
        time,
        () -> {
          AtomicLong seen = new AtomicLong();
          view.tasks(run.number(), STEP, Optional.empty(), task -> seen.incrementAndGet() > 0);
          if (seen.get() != tasks) {
            throw new BenchException("a scan has seen %d of %d tasks".formatted(seen.get(), tasks));
          }
          return tasks;
        });
  }

  // ---- what a client gets ----------------------------------------------------------------------

  private void list(ServerProcess.Options options, Path data, int tasks, RawStore.Rates raw) {
    try (ServerProcess server = ServerProcess.start(bench, options, data)) {
      server.awaitReady(LIMIT);
      String run = "/flows/" + FLOW + "/runs/1";
      server.awaitGet(LIMIT, run);
      double before = server.residentMb();
      String path = run + "/steps/" + STEP + "/tasks";
      Download best = new Download(Double.MAX_VALUE, Double.MAX_VALUE, 0);
      for (int i = 0; i < LISTS; i++) {
        Download download = download(server, path);
        best = download.seconds() < best.seconds() ? download : best;
      }
      double after = server.residentMb();
      row(
          "list over HTTP",
          tasks,
          tasks / best.seconds(),
          raw.scan(),
          Table.decimal(best.seconds() * 1000, 0));
      table.row(
          "list over HTTP, first byte", tasks, "-", "-", Table.decimal(best.firstByte() * 1000, 1));
      table.note(
          "the list: %s MB, best of %d; RSS of the server %s MB before, %s MB after"
              .formatted(
                  Table.decimal(best.bytes() / 1e6, 1),
                  LISTS,
                  Table.count(before),
                  Table.count(after)));
      server.stop();
    }
    Bench.delete(data);
  }

  private record Download(double firstByte, double seconds, long bytes) {}

  private static Download download(ServerProcess server, String path) {
    try {
      long start = System.nanoTime();
      HttpURLConnection connection =
          (HttpURLConnection) server.url().resolve(path).toURL().openConnection();
      connection.setReadTimeout((int) LIMIT.toMillis());
      try (InputStream in = connection.getInputStream()) {
        byte[] buffer = new byte[1 << 16];
        int length = in.read(buffer);
        double firstByte = (System.nanoTime() - start) / 1e9;
        long bytes = 0;
        for (; length >= 0; length = in.read(buffer)) {
          bytes += length;
        }
        return new Download(firstByte, (System.nanoTime() - start) / 1e9, bytes);
      }
    } catch (IOException e) {
      throw new BenchException("GET " + path + ": " + e, e);
    }
  }
}
