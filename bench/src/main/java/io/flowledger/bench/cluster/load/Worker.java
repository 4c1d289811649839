package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.client.MetaflowClient;
import io.flowledger.bench.report.Bench;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A pipeline that runs all the time: flows, runs, steps and tasks one after the other, with what
 * Metaflow's client records of each, and in between reads of its own and of others' objects and
 * fights for names. One request after the other, at a pace.
 */
final class Worker implements Runnable {

  private static final int RUNS_OF_FLOW = 15;
  private static final int TASKS_OF_RUN = 6;
  private static final int WRITES_OF_TASK = 6;

  private final World world;
  private final Writes writes;
  private final Reads reads;
  private final Random random;
  private final String name;
  private final Duration pace;
  private final BooleanSupplier over;

  private int flows;
  private int runsOfFlow = RUNS_OF_FLOW;
  private String flow = "";
  private String run = "";
  private String step = "";
  private String task = "";
  private int tasksOfRun;
  private int writesOfTask;
  private String lastRace = "";
  private final Deque<String> tags = new ArrayDeque<>();
  private final List<String> listings = new ArrayList<>();

  Worker(
      String name,
      World world,
      MetaflowClient client,
      Recorder recorder,
      Random random,
      Duration pace,
      BooleanSupplier over) {
    this.name = name;
    this.world = world;
    this.writes = new Writes(name, client, recorder);
    this.reads = new Reads(client, recorder);
    this.random = random;
    this.pace = pace;
    this.over = over;
  }

  @Override
  public void run() {
    long due = System.nanoTime() + (long) (pace.toNanos() * random.nextDouble());
    while (!over.getAsBoolean()) {
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Bench.sleep(Duration.ofNanos(wait));
      }
      due = Math.max(due + pace.toNanos(), System.nanoTime()); // what is late is not made up for
      if (random.nextInt(100) < 45) {
        read();
      } else {
        write();
      }
    }
  }

  // ---- the next write --------------------------------------------------------------------------

  private void write() {
    String[] race = world.race();
    if (!race[1].equals(lastRace) && random.nextBoolean()) {
      lastRace = race[1];
      race(race[0], race[1]);
    } else if (runsOfFlow >= RUNS_OF_FLOW) {
      String next = name + "F" + ++flows;
      if (writes.flow(next)) {
        flow = next;
        runsOfFlow = 0;
        run = "";
      }
    } else if (run.isEmpty()) {
      runsOfFlow++;
      nextRun();
    } else if (step.isEmpty()) {
      String next = "start";
      if (writes.step(run, next)) {
        step = run + "/steps/" + next;
        listings.add(step + "/tasks");
      } else {
        run = "";
      }
    } else if (task.isEmpty()) {
      nextTask();
    } else {
      ofTask();
    }
  }

  private void nextRun() {
    step = "";
    task = "";
    tasksOfRun = 0;
    tags.clear();
    int kind = random.nextInt(4);
    if (kind == 0) {
      String id = "argo-" + name + "-" + flows + "-" + runsOfFlow;
      run = writes.run(flow, id) ? "/flows/" + flow + "/runs/" + id : "";
    } else {
      run = writes.newRun(flow, kind == 1).orElse("");
    }
    keep(run.isEmpty() ? "" : run + "/steps");
  }

  private void nextTask() {
    if (tasksOfRun++ >= TASKS_OF_RUN) {
      run = "";
      return;
    }
    writesOfTask = 0;
    int kind = random.nextInt(4);
    if (kind == 0) {
      String id = "t-" + tasksOfRun;
      task = writes.task(step, id) ? step + "/tasks/" + id : "";
    } else {
      task = writes.newTask(step, kind == 1).orElse("");
    }
  }

  private void ofTask() {
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        writes.metadata(task, random.nextBoolean());
        keep(task + "/metadata");
      }
      case 2 -> {
        writes.artifact(task);
        keep(task + "/artifacts");
      }
      case 3 -> writes.beat(random.nextBoolean() ? task : run);
      case 4, 5 -> writes.tag(run).ifPresent(tags::add);
      default -> {
        Optional<String> old = Optional.ofNullable(tags.poll());
        old.ifPresentOrElse(tag -> writes.untag(run, tag), () -> writes.beat(run));
      }
    }
    if (++writesOfTask >= WRITES_OF_TASK) {
      task = "";
    }
  }

  /** All workers want the same name at about the same time, and the loser reads who has it. */
  private void race(String raceFlow, String id) {
    writes.flow(raceFlow);
    writes.run(raceFlow, id);
    reads.object("/flows/" + raceFlow + "/runs/" + id);
  }

  private void keep(String listing) {
    if (!listing.isEmpty()) {
      listings.add(listing);
      if (listings.size() > 20) {
        listings.remove(0);
      }
    }
  }

  // ---- reads -----------------------------------------------------------------------------------

  private void read() {
    int kind = random.nextInt(10);
    if (kind == 0) {
      reads.listing("/flows");
    } else if (kind == 1 && !flow.isEmpty() && runsOfFlow > 0) {
      reads.listing("/flows/" + flow + "/runs");
    } else if (kind <= 4 && !listings.isEmpty()) {
      reads.listing(listings.get(random.nextInt(listings.size())));
    } else if (kind <= 6 && !run.isEmpty()) {
      reads.object(task.isEmpty() ? run : random.nextBoolean() ? run : task);
    } else {
      world.some(random).ifPresent(reads::object);
    }
  }
}
