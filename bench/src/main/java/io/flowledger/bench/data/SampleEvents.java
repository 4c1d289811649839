package io.flowledger.bench.data;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.Origin;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.EventIds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events in the order, the shares and the sizes in which real runs make them, without an end: runs
 * of 4 steps of 5 tasks each; a task records metadata five times (5, 5, 4, 1 and 1 entries) and its
 * 14 artifacts once, as was counted with a real client.
 */
public final class SampleEvents implements EventSource {

  private static final int FLOWS = 16;
  private static final int STEPS = 4;
  private static final int TASKS = 5;
  private static final int[] METADATA = {5, 5, 4, 1, 1};
  private static final int ARTIFACTS = 14;
  private static final long START_MILLIS = 1_700_000_000_000L;

  private static final String WRITTEN_BY = "flowledger/bench";
  private static final String SHA = "5dee0521b061a95e2473c639d5cd7e908521b8f5";
  private static final List<String> TAGS = List.of("exp:1", "team:vision");
  private static final List<String> SYSTEM_TAGS =
      List.of("metaflow_version:2.19.39", "user:ada", "runtime:dev", "python_version:3.11.7");
  private static final List<String> STEP_NAMES = List.of("start", "train", "join", "end");
  private static final List<String> FIELDS =
      List.of("runtime", "python_version", "user", "metaflow_version", "ds-type");

  private final Deque<Sample> ready = new ArrayDeque<>();
  private final Set<String> flows = new HashSet<>();
  private long made;
  private long runs;
  private long tasks;
  private long metadata;
  private String lastTask = "";

  @Override
  public Sample next() {
    if (ready.isEmpty()) {
      run();
    }
    return ready.remove();
  }

  @Override
  public long runs() {
    return runs;
  }

  @Override
  public long tasks() {
    return tasks;
  }

  @Override
  public long metadata() {
    return metadata;
  }

  @Override
  public boolean betweenRuns() {
    return ready.isEmpty();
  }

  /** Path of the newest task. */
  public String lastTask() {
    return lastTask;
  }

  private void run() {
    long number = ++runs;
    String flow = "BenchFlow" + number % FLOWS;
    if (flows.add(flow)) {
      add(flow, flow(flow, now()));
    }
    add(flow, run(flow, number, now()));
    for (String step : STEP_NAMES.subList(0, STEPS)) {
      add(flow, step(flow, number, step, now()));
      for (int i = 0; i < TASKS; i++) {
        long task = ++tasks;
        add(flow, task(flow, number, step, task, now()));
        for (int entries : METADATA) {
          metadata += entries;
          add(flow, metadata(flow, number, step, task, metadata - entries + 1, entries, now()));
        }
        add(flow, artifacts(flow, number, step, task, ARTIFACTS, now()));
        lastTask = "/flows/" + flow + "/runs/" + number + "/steps/" + step + "/tasks/" + task;
      }
    }
  }

  /**
   * The events of one more run of a flow of its own, apart from the others: a task that records
   * metadata, one by one.
   *
   * @param count of events of the run; that of the flow is before them
   */
  public Deque<Sample> longRun(String flow, int count) {
    long number = ++runs;
    long task = ++tasks;
    String step = STEP_NAMES.get(0);
    Deque<Sample> events = new ArrayDeque<>(count + 1);
    events.add(new Sample(flow, flow(flow, now())));
    events.add(new Sample(flow, run(flow, number, now())));
    events.add(new Sample(flow, step(flow, number, step, now())));
    events.add(new Sample(flow, task(flow, number, step, task, now())));
    while (events.size() <= count) {
      events.add(new Sample(flow, metadata(flow, number, step, task, ++metadata, 1, now())));
    }
    return events;
  }

  private void add(String flow, SpecificRecord event) {
    ready.add(new Sample(flow, event));
  }

  private long now() {
    return START_MILLIS + made++;
  }

  // ---- single events ---------------------------------------------------------------------------

  public static FlowRegistered flow(String flow, long millis) {
    return new FlowRegistered(
        EventIds.next(millis), flow, "ada", TAGS, SYSTEM_TAGS, millis, origin(), WRITTEN_BY, null);
  }

  public static RunRegistered run(String flow, long run, long millis) {
    return new RunRegistered(
        EventIds.next(millis),
        flow,
        run,
        null,
        "ada",
        TAGS,
        SYSTEM_TAGS,
        millis / 1000,
        millis,
        origin(),
        WRITTEN_BY,
        null);
  }

  public static StepRegistered step(String flow, long run, String step, long millis) {
    return new StepRegistered(
        EventIds.next(millis),
        flow,
        run,
        step,
        "ada",
        TAGS,
        SYSTEM_TAGS,
        millis,
        origin(),
        WRITTEN_BY,
        null);
  }

  public static TaskRegistered task(String flow, long run, String step, long task, long millis) {
    return new TaskRegistered(
        EventIds.next(millis),
        flow,
        run,
        step,
        task,
        null,
        "ada",
        TAGS,
        SYSTEM_TAGS,
        millis / 1000,
        millis,
        origin(),
        WRITTEN_BY,
        null);
  }

  /**
   * @param firstId of the entries, whose numbers follow one another
   */
  public static MetadataRecorded metadata(
      String flow, long run, String step, long task, long firstId, int count, long millis) {
    List<MetadataEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String field = count == 1 ? "attempt_ok" : FIELDS.get(i % FIELDS.size());
      String value = count == 1 ? "True" : "2.19.39";
      entries.add(
          new MetadataEntry(
              firstId + i, field, value, field, "ada", List.of("attempt_id:0"), null));
    }
    return new MetadataRecorded(
        EventIds.next(millis), flow, run, step, task, entries, millis, origin(), WRITTEN_BY, null);
  }

  public static ArtifactsRecorded artifacts(
      String flow, long run, String step, long task, int count, long millis) {
    List<ArtifactEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          new ArtifactEntry(
              "value_" + i,
              0,
              "s3://bucket/metaflow/" + flow + "/data/5d/" + SHA,
              "s3",
              SHA,
              "metaflow.artifact",
              "gzip+pickle-v4",
              "ada",
              TAGS,
              SYSTEM_TAGS));
    }
    return new ArtifactsRecorded(
        EventIds.next(millis), flow, run, step, task, entries, millis, origin(), WRITTEN_BY, null);
  }

  public static RunTagsMutated tags(String flow, long run, long millis) {
    return new RunTagsMutated(
        EventIds.next(millis),
        flow,
        run,
        List.of("new"),
        List.of("seen"),
        millis,
        origin(),
        WRITTEN_BY,
        null);
  }

  private static Origin origin() {
    return new Origin(null, "127.0.0.1");
  }
}
