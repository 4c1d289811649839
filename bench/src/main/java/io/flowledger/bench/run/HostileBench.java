package io.flowledger.bench.run;

import io.flowledger.bench.hostile.HonestClients;
import io.flowledger.bench.hostile.HostileClients;
import io.flowledger.bench.hostile.Tally;
import io.flowledger.bench.load.Api;
import io.flowledger.bench.load.Bodies;
import io.flowledger.bench.process.OwnProcess;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.process.ServerWatch;
import io.flowledger.bench.report.Bench;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Clients that do harm, and honest ones beside them. */
public final class HostileBench {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration AFTERWARDS = Duration.ofSeconds(10);
  private static final Duration HONEST_PAUSE = Duration.ofMillis(200);
  private static final long CLIENTS_END_SECONDS = 60;
  private static final int LISTED_TASKS = 5_000;
  private static final int DEADLY_VALUES = 1_000;
  private static final int HONEST_FLOWS = 4;
  private static final int HONEST_TASKS = 100;

  /**
   * How it is loaded.
   *
   * @param time of all together
   * @param warmUp before, of the honest ones alone
   * @param honest clients
   * @param scale of the number of the others
   * @param kinds of the others, a pattern
   * @param from address of the others
   * @param timed whether it matters how long the honest ones wait
   */
  public record Load(
      Duration time,
      Duration warmUp,
      int honest,
      double scale,
      String kinds,
      long seed,
      Optional<String> from,
      boolean timed) {}

  /** A server that runs already; empty for one of its own. */
  public record Where(Optional<URI> url, Optional<Long> pid) {}

  private final Bench bench;
  private final Load load;
  private final URI url;
  private final long pid;
  private final Api api;
  private final List<String> honestTasks = new ArrayList<>();

  private HostileBench(Bench bench, Load load, URI url, long pid) {
    this.bench = bench;
    this.load = load;
    this.url = url;
    this.pid = pid;
    this.api = new Api(url);
  }

  /** Runs it; what is not as it should be has failed. */
  public static void run(Bench bench, ServerProcess.Options options, Where where, Load load) {
    if (where.url().isPresent() && where.pid().isPresent()) {
      new HostileBench(bench, load, where.url().get(), where.pid().get())
          .run(Optional.empty(), bench.file("gc.log"));
      return;
    }
    Path data = bench.folder("data-hostile");
    Path collections = bench.file("gc.log");
    ServerProcess server =
        ServerProcess.start(
            bench, options.withJvmOption("-Xlog:gc:file=" + collections + "::filecount=0"), data);
    server.awaitReady(READY_LIMIT);
    try {
      new HostileBench(bench, load, server.url(), server.pid())
          .run(Optional.of(server), collections);
    } finally {
      server.kill();
      Bench.delete(data);
    }
  }

  private void run(Optional<ServerProcess> server, Path collections) {
    bench.progress("preparing; seed " + load.seed());
    String task = prepare();
    bench.progress("honest clients alone");
    HonestClients alone = honest(load.warmUp());
    bench.progress("all");
    try (ServerWatch watch = new ServerWatch(pid);
        OwnProcess hostile = OwnProcess.start(bench, arguments(task))) {
      HonestClients beside = honest(load.time());
      List<Tally> tallies = hostile.await(CLIENTS_END_SECONDS).stream().map(Tally::of).toList();
      double cores = watch.cores();
      bench.progress("honest clients afterwards");
      HonestClients after = honest(AFTERWARDS);
      HostileReport report = new HostileReport(bench, load);
      report.hostile(tallies);
      report.honest("alone, before", alone);
      report.honest("beside the hostile ones", beside);
      report.honest("alone, afterwards", after);
      report.server(watch, cores, ServerWatch.collections(collections), metrics());
      report.verdicts(tallies, beside, after, watch, server, alive());
    }
  }

  private boolean alive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private String metrics() {
    try {
      return api.body("/metrics");
    } catch (RuntimeException gone) {
      return "";
    }
  }

  private HonestClients honest(Duration time) {
    HonestClients clients = new HonestClients(url, honestTasks, HONEST_PAUSE);
    clients.run(load.honest(), load.seed(), time);
    return clients;
  }

  private List<String> arguments(String task) {
    List<String> arguments = new ArrayList<>(List.of("hostile-clients", "--url", url.toString()));
    load.from().ifPresent(address -> arguments.addAll(List.of("--from", address)));
    arguments.addAll(List.of("--task", task, "--seed", Long.toString(load.seed())));
    arguments.addAll(List.of("--scale", Double.toString(load.scale())));
    arguments.addAll(List.of("--kinds", load.kinds()));
    arguments.addAll(List.of("--millis", Long.toString(load.time().toMillis())));
    return arguments;
  }

  /** Returns the task that the hostile ones write to. */
  private String prepare() {
    String suffix = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    for (int flow = 0; flow < HONEST_FLOWS; flow++) {
      String step = step("Honest" + flow + "x" + suffix);
      api.tasks(step, HONEST_TASKS, i -> Bodies.registration())
          .forEach(id -> honestTasks.add(step + "/tasks/" + id));
    }
    String step = step("Hostilex" + suffix);
    int listed = (int) Math.max(100, LISTED_TASKS * Math.min(1, load.scale()));
    String task = step + "/tasks/" + api.tasks(step, listed, i -> Bodies.registration()).get(0);
    String value = HostileClients.deadlyValue();
    String deadly =
        "{\"field_name\": \"%s\", \"type\": \"t\", \"value\": \"%s\"}"
            .formatted(HostileClients.DEADLY_FIELD, value);
    int values = (int) Math.max(50, DEADLY_VALUES * Math.min(1, load.scale()));
    IntStream.range(0, values / 50)
        .forEach(i -> api.post(task + "/metadata", "[" + deadly + ("," + deadly).repeat(49) + "]"));
    return task;
  }

  private String step(String flow) {
    String path = "/flows/" + flow;
    api.post(path, Bodies.registration());
    String run = path + "/runs/" + api.runs(path, 1, i -> Bodies.run("t")).get(0);
    api.post(run + "/steps/start/step", Bodies.registration());
    return run + "/steps/start";
  }
}
