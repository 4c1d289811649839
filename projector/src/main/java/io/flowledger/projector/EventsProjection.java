package io.flowledger.projector;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Idempotency;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.KeyedEvent;
import io.flowledger.projector.readmodel.MetadataBatch;
import io.flowledger.projector.readmodel.RunProgress;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventSerde;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The projection of the events topic. The first registration of an identity in log order wins; a
 * later one changes nothing. What refers to a parent that is not there changes nothing.
 *
 * <p>The same holds for idempotency keys, within a flow: the first event that is carried out takes
 * its key, and a later one with the same key changes nothing, whatever else is in it. An event that
 * is refused takes none, be it that it is rejected or that its identity is another's: repeated, it
 * is refused again for the same reason, as nothing ever goes away; or not, once its parent is
 * there.
 */
final class EventsProjection implements RecordProjection {

  /** Raised with every change of what this writes: views of another version are rebuilt. */
  static final int VERSION = 5;

  /** Value of rows that say everything by their key. */
  static final byte[] EMPTY = {};

  static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

  private final EventSerde serde;
  private final int partition;
  private final int partitions; // 0 where it is not looked at which one a record is in

  EventsProjection(EventSerde serde) {
    this(serde, 0, 0);
  }

  private EventsProjection(EventSerde serde, int partition, int partitions) {
    this.serde = serde;
    this.partition = partition;
    this.partitions = partitions;
  }

  @Override
  public RecordProjection in(int one, int of) {
    return new EventsProjection(serde, one, of);
  }

  @Override
  public Verdict apply(byte[] key, byte @Nullable [] value, long offset, ViewWriter view) {
    if (value == null) {
      return new Verdict.Rejected("a record without a value is no event");
    }
    EventSerde.Decoded decoded = serde.deserialize(value);
    if (decoded instanceof EventSerde.Decoded.Unreadable unreadable) {
      return new Verdict.Rejected(unreadable.reason());
    }
    SpecificRecord event = ((EventSerde.Decoded.Known) decoded).event();
    Optional<Envelope> envelope = Envelope.of(event);
    if (envelope.isEmpty()) {
      return new Verdict.Rejected(event.getSchema().getFullName() + " does not belong here");
    }
    String flowId = envelope.get().flowId();
    // A record under another key than its flow may lie in a partition where the flow is not.
    if (!Arrays.equals(key, flowId.getBytes(StandardCharsets.UTF_8))) {
      return new Verdict.Rejected("the record key is not the flow id " + EventRules.shown(flowId));
    }
    // Nobody would look for it where it is, but listings over all flows would show it.
    if (partitions > 0 && Projector.partitionOf(key, partitions) != partition) {
      return new Verdict.Rejected(
          "flow %s belongs in partition %d"
              .formatted(EventRules.shown(flowId), Projector.partitionOf(key, partitions)));
    }
    Optional<String> breach = EventRules.breachOfPlace(envelope.get());
    if (breach.isEmpty()) {
      PositionIndex.add(envelope.get(), offset, view);
      breach = EventRules.breachOfContent(event, envelope.get());
    }
    if (breach.isPresent()) {
      return new Verdict.Rejected(breach.get());
    }
    Idempotency idempotency = envelope.get().idempotency();
    return idempotency == null
        ? apply(event, view)
        : applyOnce(event, envelope.get(), idempotency, offset, view);
  }

  private static Verdict applyOnce(
      SpecificRecord event,
      Envelope envelope,
      Idempotency idempotency,
      long offset,
      ViewWriter view) {
    byte[] key = Keys.keyed(envelope.flowId(), idempotency.getKey());
    if (view.get(key) != null) {
      return Verdict.Superseded.repeated(idempotency.getKey());
    }
    Verdict verdict = apply(event, view);
    if (isCarriedOut(verdict, envelope.kind())) {
      view.put(key, KeyedEvent.of(offset, envelope, idempotency.getFingerprint()).toRow());
    }
    return verdict;
  }

  /** Of artifacts those that are new are kept, so these are never refused for being there. */
  private static boolean isCarriedOut(Verdict verdict, Envelope.Kind kind) {
    return verdict instanceof Verdict.Applied
        || (verdict instanceof Verdict.Superseded && kind == Envelope.Kind.ARTIFACTS);
  }

  private static Verdict apply(SpecificRecord event, ViewWriter view) {
    if (event instanceof TaskRegistered task) {
      return task(task, view);
    }
    if (event instanceof MetadataRecorded metadata) {
      return metadata(metadata, view);
    }
    if (event instanceof ArtifactsRecorded artifacts) {
      return artifacts(artifacts, view);
    }
    if (event instanceof StepRegistered step) {
      return step(step, view);
    }
    if (event instanceof RunRegistered run) {
      return run(run, view);
    }
    if (event instanceof RunTagsMutated tags) {
      return tags(tags, view);
    }
    return flow((FlowRegistered) event, view);
  }

  private static Verdict flow(FlowRegistered event, ViewWriter view) {
    byte[] key = Keys.flow(event.getFlowId());
    if (view.get(key) != null) {
      return new Verdict.Superseded("flow " + event.getFlowId());
    }
    FlowRow row = FlowRow.of(event);
    view.put(key, row.bytes());
    view.put(Keys.flowInList(new Cursor.ByName(row.tsEpoch(), event.getFlowId())), row.bytes());
    return Verdict.APPLIED;
  }

  private static Verdict run(RunRegistered event, ViewWriter view) {
    String flowId = event.getFlowId();
    if (view.get(Keys.flow(flowId)) == null) {
      return new Verdict.Rejected("flow " + flowId + " is not registered");
    }
    String runId = event.getRunId();
    if (view.get(Keys.run(event.getRunNumber())) != null) {
      return new Verdict.Superseded("run number " + event.getRunNumber());
    }
    if (runId != null && view.get(Keys.runByName(flowId, runId)) != null) {
      return new Verdict.Superseded("run " + flowId + "/" + runId);
    }
    RunRow row = RunRow.of(event);
    view.put(Keys.run(row.number()), row.bytes());
    view.put(Keys.runInList(flowId, new Cursor.ByNumber(row.tsEpoch(), row.number())), EMPTY);
    if (runId != null) {
      view.put(Keys.runByName(flowId, runId), NumberRow.of(row.number()));
    }
    SearchIndex.tags(event, view);
    return Verdict.APPLIED;
  }

  private static Verdict tags(RunTagsMutated event, ViewWriter view) {
    Optional<RunRow> run = run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return noRun(event.getFlowId(), event.getRunNumber());
    }
    RunRow row = run.get();
    Set<String> tags = new LinkedHashSet<>(row.tags());
    event.getTagsToRemove().forEach(tags::remove);
    tags.addAll(event.getTagsToAdd());
    row.systemTags().forEach(tags::remove);
    view.put(Keys.run(row.number()), row.withTags(new ArrayList<>(tags)).bytes());
    SearchIndex.tags(event, view);
    return Verdict.APPLIED;
  }

  private static Verdict step(StepRegistered event, ViewWriter view) {
    Optional<RunRow> run = run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return noRun(event.getFlowId(), event.getRunNumber());
    }
    byte[] key = Keys.step(event.getRunNumber(), event.getStepName());
    if (view.get(key) != null) {
      return new Verdict.Superseded("step " + event.getRunNumber() + "/" + event.getStepName());
    }
    StepRow row = StepRow.of(event, run.get());
    view.put(key, row.bytes());
    view.put(
        Keys.stepInList(
            event.getRunNumber(), new Cursor.ByName(row.tsEpoch(), event.getStepName())),
        row.bytes());
    return Verdict.APPLIED;
  }

  private static Verdict task(TaskRegistered event, ViewWriter view) {
    Optional<RunRow> run = run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return noRun(event.getFlowId(), event.getRunNumber());
    }
    String step = event.getStepName();
    if (view.get(Keys.step(event.getRunNumber(), step)) == null) {
      return new Verdict.Rejected(
          "step " + event.getRunNumber() + "/" + step + " is not registered");
    }
    String name = event.getTaskName();
    byte[] key = Keys.task(event.getTaskId());
    if (view.get(key) != null) {
      return new Verdict.Superseded("task number " + event.getTaskId());
    }
    if (name != null) {
      byte[] byName = Keys.taskByName(event.getRunNumber(), step, name);
      if (view.get(byName) != null) {
        return new Verdict.Superseded("task " + event.getRunNumber() + "/" + step + "/" + name);
      }
      view.put(byName, NumberRow.of(event.getTaskId()));
    }
    TaskRow row = TaskRow.of(event, run.get());
    view.putNew(key, row.bytes());
    view.put(
        Keys.taskInList(event.getRunNumber(), step, new Cursor.ByNumber(row.tsEpoch(), row.id())),
        row.bytes());
    if (event.getHeartbeatTs() != null) {
      beatRun(event.getRunNumber(), event.getHeartbeatTs(), view);
    }
    return Verdict.APPLIED;
  }

  private static void beatRun(long run, long seconds, ViewWriter view) {
    RunProgress progress = progress(run, view);
    if (progress.taskHeartbeat().orElse(0) < seconds) {
      view.put(Keys.progress(run), progress.withTaskHeartbeat(seconds).bytes());
    }
  }

  private static Verdict metadata(MetadataRecorded event, ViewWriter view) {
    Optional<TaskRow> task =
        task(event.getFlowId(), event.getRunNumber(), event.getStepName(), event.getTaskId(), view);
    if (task.isEmpty()) {
      return noTask(event.getRunNumber(), event.getStepName(), event.getTaskId());
    }
    for (MetadataBatch batch : MetadataBatch.of(event, task.get())) {
      var place = new Cursor.ByNumber(event.getTsEpoch(), batch.lowestId());
      byte[] key =
          Keys.metadata(event.getRunNumber(), event.getStepName(), event.getTaskId(), place);
      view.put(key, batch.bytes());
      view.put(Keys.metadataInRun(event.getRunNumber(), place), key);
      SearchIndex.metadata(event.getRunNumber(), batch, view);
    }
    TaskOutcomes.record(event, view);
    if (event.getStepName().equals(RunProgress.LAST_STEP)) {
      progress(event, view);
    }
    return Verdict.APPLIED;
  }

  private static void progress(MetadataRecorded event, ViewWriter view) {
    RunProgress before = progress(event.getRunNumber(), view);
    RunProgress after = before;
    for (MetadataEntry entry : event.getEntries()) {
      if (entry.getFieldName().equals("attempt")) {
        after = after.withAttempt(event.getTsEpoch(), entry.getId());
      } else if (entry.getFieldName().equals("attempt_ok")) {
        String value = entry.getValue().toLowerCase(Locale.ROOT);
        // What is neither true nor false says nothing about the outcome.
        if (TRUE.contains(value) || FALSE.contains(value)) {
          after = after.withOutcome(TRUE.contains(value), event.getTsEpoch(), entry.getId());
        }
      }
    }
    if (after != before) {
      view.put(Keys.progress(event.getRunNumber()), after.bytes());
    }
  }

  private static Verdict artifacts(ArtifactsRecorded event, ViewWriter view) {
    Optional<TaskRow> task =
        task(event.getFlowId(), event.getRunNumber(), event.getStepName(), event.getTaskId(), view);
    if (task.isEmpty()) {
      return noTask(event.getRunNumber(), event.getStepName(), event.getTaskId());
    }
    Map<Integer, AttemptRecord> attempts = new TreeMap<>();
    for (ArtifactEntry entry : event.getEntries()) {
      attempts
          .computeIfAbsent(
              entry.getAttemptId(), attempt -> new AttemptRecord(event, task.get(), attempt, view))
          .add(entry);
    }
    attempts.values().forEach(attempt -> attempt.put(view));
    int superseded = attempts.values().stream().mapToInt(AttemptRecord::superseded).sum();
    return superseded == 0
        ? Verdict.APPLIED
        : new Verdict.Superseded(superseded + " artifacts of task " + event.getTaskId());
  }

  // ---- what the view holds ---------------------------------------------------------------------

  private static Optional<RunRow> run(String flowId, long number, ViewWriter view) {
    byte[] row = view.get(Keys.run(number));
    return Optional.ofNullable(row).map(RunRow::new).filter(run -> run.flowId().equals(flowId));
  }

  private static Optional<TaskRow> task(
      String flowId, long run, String step, long task, ViewWriter view) {
    byte[] row = view.get(Keys.task(task));
    return Optional.ofNullable(row)
        .map(TaskRow::new)
        .filter(found -> found.runNumber() == run && found.stepName().equals(step))
        .filter(found -> run(flowId, run, view).isPresent());
  }

  private static RunProgress progress(long run, ViewWriter view) {
    byte[] row = view.get(Keys.progress(run));
    return row == null ? RunProgress.initial() : new RunProgress(row);
  }

  // ---- verdicts --------------------------------------------------------------------------------

  private static Verdict noRun(String flowId, long run) {
    return new Verdict.Rejected("run " + flowId + "/" + run + " is not registered");
  }

  private static Verdict noTask(long run, String step, long task) {
    return new Verdict.Rejected("task " + run + "/" + step + "/" + task + " is not registered");
  }
}
