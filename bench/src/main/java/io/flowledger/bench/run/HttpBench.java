package io.flowledger.bench.run;

import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.SampleEvents;
import io.flowledger.bench.data.World;
import io.flowledger.bench.load.LoadGenerator;
import io.flowledger.bench.load.LoadResult;
import io.flowledger.bench.load.Operation;
import io.flowledger.bench.load.VertxLoad;
import io.flowledger.bench.load.WrkLoad;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Host;
import io.flowledger.bench.report.Table;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.DoubleStream;

/**
 * Load on the server, an operation at a time. Every operation is measured right after the constant
 * answer at the same number of connections, so that what else the machine does meets both.
 */
public final class HttpBench {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final int WARM_UP_CONNECTIONS = 64;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int STREAMS = 4;
  private static final int SLOWEST_REBUILD = 2_000; // events per second
  private static final int NUMBERS_PER_CELL = 100_000_000;

  /** Which load generator. */
  public enum Generator {
    BUILTIN,
    WRK
  }

  /**
   * What to measure.
   *
   * @param url of a server that runs; empty to start one
   * @param pid of that server, for its CPU and memory
   * @param warmup load before anything is measured
   * @param time of each cell
   * @param flows that writes are spread over
   * @param history events that are in the log before the server is started
   * @param interference whether to measure point reads beside long lists
   */
  public record Config(
      Optional<URI> url,
      Optional<Long> pid,
      ServerProcess.Options server,
      Generator generator,
      List<Integer> connections,
      List<String> operations,
      boolean interference,
      Duration warmup,
      Duration time,
      int flows,
      long history) {}

  private final Bench bench;
  private final Config config;
  private final LoadGenerator generator;
  private final List<Double> constants = new ArrayList<>();
  private long cells;

  private HttpBench(Bench bench, Config config) {
    this.bench = bench;
    this.config = config;
    this.generator =
        bench.closing(config.generator() == Generator.WRK ? new WrkLoad(bench) : new VertxLoad());
  }

  public static void run(Bench bench, Config config) {
    new HttpBench(bench, config).run();
  }

  private void run() {
    if (config.url().isPresent()) {
      measure(new Target(config.url().get(), config.pid()));
      return;
    }
    Path data = bench.folder("data-http");
    if (config.history() > 0) {
      try (EventsLog log = EventsLog.open(bench, data, ServerOptions.Durability.PROCESS)) {
        bench.progress("writing a history of %s events".formatted(Table.count(config.history())));
        log.append(new SampleEvents(), config.history());
      }
    }
    try (ServerProcess server = ServerProcess.start(bench, config.server(), data)) {
      server.awaitReady(READY_LIMIT.plusSeconds(config.history() / SLOWEST_REBUILD));
      measure(new Target(server.url(), Optional.of(server.pid())));
      server.stop();
    }
  }

  /** A server, and its process where it is known. */
  private record Target(URI url, Optional<Long> pid) {
    Optional<Duration> cpu() {
      return pid.flatMap(ProcessHandle::of).flatMap(process -> process.info().totalCpuDuration());
    }

    String residentMb() {
      return pid.flatMap(Host::residentMb).map(Table::count).orElse("-");
    }
  }

  private void measure(Target target) {
    bench.progress("preparing runs and tasks at " + target.url());
    World world = World.prepare(target.url(), config.flows());
    warmUp(target, world);
    Table table =
        new Table(
            "HTTP load: "
                + (config.url().isPresent()
                    ? "server at " + config.url().get()
                    : "heap %s, durability %s"
                        .formatted(config.server().heap(), config.server().durability())),
            "operation",
            "connections",
            "req/s",
            "of constant",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "failed",
            "CPU cores",
            "RSS MB");
    for (int connections : config.connections()) {
      table(target, world, connections, table);
    }
    table.note(
        "closed loop by %s, %s s per cell after %s s of warm-up, writes to %d flow(s)"
            .formatted(
                config.generator() == Generator.WRK ? "wrk" : "the built-in client",
                seconds(config.time()),
                seconds(config.warmup()),
                config.flows()));
    if (config.history() > 0) {
      table.note("%s events were in the log before".formatted(Table.count(config.history())));
    }
    table.note("constant is GET /ping, measured right before each operation; its row is the mean");
    bench.print(table);
    if (config.interference()) {
      bench.print(interference(target, world));
    }
  }

  private static String seconds(Duration time) {
    return Table.decimal(time.toMillis() / 1000.0, time.toMillis() % 1000 == 0 ? 0 : 1);
  }

  /** The code of the server is compiled while it is under load; before that, rates only grow. */
  private void warmUp(Target target, World world) {
    if (config.warmup().isZero()) {
      return;
    }
    bench.progress("warming up for " + seconds(config.warmup()) + " s");
    List<String> operations = new ArrayList<>(config.operations());
    operations.add(World.MIXED);
    operations.add("post-task");
    operations.add(World.CONSTANT);
    Duration each = config.warmup().dividedBy((long) WARM_UP_ROUNDS * operations.size());
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      for (String name : operations) {
        Operation operation = world.operation(name);
        load(target, operation, Math.min(WARM_UP_CONNECTIONS, operation.maxConnections()), each);
      }
    }
  }

  private void table(Target target, World world, int connections, Table table) {
    constants.clear();
    Operation constant = world.operation(World.CONSTANT);
    List<Runnable> rows = new ArrayList<>();
    Map<String, Double> rates = new HashMap<>();
    Cell base = cell(target, constant, connections);
    constants.add(base.result().rate());
    for (String name : config.operations()) {
      Operation operation = world.operation(name);
      int used = Math.min(connections, operation.maxConnections());
      if (used < connections && config.connections().contains(used)) {
        continue; // that cell is in the table already, or will be
      }
      load(target, operation, used, SETTLE);
      Cell beside = cell(target, constant, used);
      Cell cell = cell(target, operation, used);
      if (used == connections) {
        constants.add(beside.result().rate());
      }
      rates.put(name, cell.rate());
      rows.add(() -> row(table, name, used, cell, beside.result().rate()));
    }
    bulkNote(table, connections, rates, world.operation(World.BULK).entries());
    double mean = constants.stream().flatMapToDouble(DoubleStream::of).average().orElse(Double.NaN);
    row(table, World.CONSTANT, connections, base.withRate(mean), mean);
    rows.forEach(Runnable::run);
  }

  private static void bulkNote(Table table, int connections, Map<String, Double> rates, int each) {
    Double bulk = rates.get(World.BULK);
    if (bulk == null) {
      return;
    }
    String note =
        "%s at %d connections: %s entries/s"
            .formatted(World.BULK, connections, Table.count(bulk * each));
    Double single = rates.get(World.SINGLE);
    table.note(
        single == null
            ? note
            : note
                + ", %s times those of %s"
                    .formatted(Table.decimal(bulk * each / single, 1), World.SINGLE));
  }

  /** What was measured of one operation at one number of connections. */
  private record Cell(LoadResult result, double rate, String cores, String residentMb) {
    Cell withRate(double mean) {
      return new Cell(result, mean, cores, residentMb);
    }
  }

  private Cell cell(Target target, Operation operation, int connections) {
    Optional<Duration> before = target.cpu();
    long start = System.nanoTime();
    LoadResult result = load(target, operation, connections, config.time());
    double elapsed = (System.nanoTime() - start) / 1e9;
    String cores =
        before
            .flatMap(from -> target.cpu().map(to -> to.minus(from).toNanos() / 1e9 / elapsed))
            .map(used -> Table.decimal(used, 2))
            .orElse("-");
    if (result.answers() == 0) {
      bench.failed("%s at %d connections: no answer".formatted(operation.name(), connections));
    }
    bench.progress(
        "%-15s %4d connections: %8s req/s, p99 %s ms"
            .formatted(
                operation.name(),
                connections,
                Table.count(result.rate()),
                Table.decimal(result.p99(), 2)));
    return new Cell(result, result.rate(), cores, target.residentMb());
  }

  private LoadResult load(Target target, Operation operation, int connections, Duration time) {
    LoadResult result =
        generator.run(target.url(), operation, connections, time, ++cells * NUMBERS_PER_CELL);
    if (result.failed() > 0) {
      bench.failed(
          "%s at %d connections: %s of %s answers"
              .formatted(operation.name(), connections, result.failuresText(), result.answers()));
    }
    return result;
  }

  private static void row(
      Table table, String name, int connections, Cell cell, double constantRate) {
    LoadResult result = cell.result();
    table.row(
        name,
        connections,
        Table.count(cell.rate()),
        Table.ratio(cell.rate(), constantRate),
        Table.decimal(result.p50(), 2),
        Table.decimal(result.p99(), 2),
        Table.decimal(result.p999(), 2),
        result.failed(),
        cell.cores(),
        cell.residentMb());
  }

  /** Point reads alone, and while other clients read long lists without a pause. */
  private Table interference(Target target, World world) {
    int connections = config.connections().contains(64) ? 64 : config.connections().get(0);
    Operation read = world.operation(World.GET_TASK);
    Operation list = world.operation(World.LONG_LIST);
    load(target, read, connections, SETTLE);
    Cell alone = cell(target, read, connections);
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Duration longer = config.time().plus(SETTLE).plus(SETTLE);
      CompletableFuture<LoadResult> lists =
          CompletableFuture.supplyAsync(() -> load(target, list, STREAMS, longer), background);
      Bench.sleep(SETTLE);
      Cell beside = cell(target, read, connections);
      LoadResult streamed = lists.join();
      Table table =
          new Table(
              "Point reads beside long lists",
              "load",
              "connections",
              "req/s",
              "of alone",
              "p50 ms",
              "p99 ms",
              "p99.9 ms",
              "failed",
              "CPU cores",
              "RSS MB");
      row(table, "get-task alone", connections, alone, alone.rate());
      row(table, "get-task beside lists", connections, beside, alone.rate());
      return table.note(
          "%d clients streamed lists of 10,000 tasks meanwhile: %s rows/s, p99 %s ms"
              .formatted(
                  STREAMS,
                  Table.count(streamed.rate() * 10_000),
                  Table.decimal(streamed.p99(), 0)));
    } finally {
      background.shutdownNow();
    }
  }
}
