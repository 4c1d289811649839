package io.flowledger.projector.layout;

import io.flowledger.event.EventId;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.IndexedValue;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The key layout of the views. Every key starts with a letter for its {@linkplain RowKind kind}.
 * Numbers are 8 bytes, big-endian; {@code ~} marks descending order (all bits inverted). Names are
 * UTF-8 ended by a zero byte, which no name contains; a descending name has its bytes and its end
 * inverted. A value is kept up to 64 bytes or its first zero byte, and ended by a zero byte if that
 * is all of it, else by 0xff, which no UTF-8 contains.
 *
 * <pre>
 * view of the events topic
 * kind  key                                   value              read by
 * f     flow                                  FlowRow            one flow
 * F     ~ts ~flow                             FlowRow            flows
 * r     run                                   RunRow             one run, tags of its objects
 * n     flow run-id                           run number         run by name
 * R     flow ~ts ~run                         empty              runs of a flow
 * p     run                                   RunProgress        status, heartbeat by tasks
 * s     run step                              StepRow            one step
 * S     run ~ts ~step                         StepRow            steps of a run
 * t     task                                  TaskRow            one task
 * u     run step task-name                    task number        task by name
 * q     run step task                         TaskProgress       status of a run
 * T     run step ~ts ~task                    TaskRow            tasks of a step
 * m     run step task ~ts ~lowest-id          MetadataBatch      metadata of a task, of a step
 * M     run ~ts ~lowest-id                    key of an m        metadata of a run
 * a     task ~attempt ~ts                     ArtifactBatch      artifacts of a task by attempt
 * b     task attempt                          ts                 the batch that came first
 * c     task attempt name                     ts                 batch of a name, if not the first
 * A     r run ~attempt ~ts ~task              empty              batches of a run by attempt
 * A     s run step ~attempt ~ts ~task         empty              batches of a step by attempt
 * i     m field value ~run                    empty              runs by metadata
 * i     t tag-as-value ~run                   empty              runs by tag
 * k     flow idempotency-key                  KeyedEvent         repetitions of a request
 * h     f flow block                          IndexedEvent...    history of a flow
 * h     r run block                           IndexedEvent...    history of a run
 * x     offset                                Verdict            what the projection did not apply
 * 0     name of the setting                   see ViewTable      bookkeeping of the view
 *
 * scratch of a rehearsal, besides rows of the view of events
 * kind  key                                   value              read by
 * e     event id (16 bytes)                   Verdict            whether an event is known
 *
 * view of the heartbeats topic
 * kind  key                                   value              read by
 * r     run                                   epoch seconds      heartbeat of a run
 * t     task                                  epoch seconds      heartbeat of a task
 * </pre>
 */
public final class Keys {

  private Keys() {}

  // ---- one method per kind: full keys ----------------------------------------------------------

  public static byte[] flow(String flow) {
    return key(RowKind.FLOW).name(flow).bytes();
  }

  public static byte[] flowInList(Cursor.ByName place) {
    return flows().descending(place.tsEpoch()).descendingName(place.name()).bytes();
  }

  public static byte[] run(long run) {
    return key(RowKind.RUN).number(run).bytes();
  }

  public static byte[] runByName(String flow, String runId) {
    return key(RowKind.RUN_BY_NAME).name(flow).name(runId).bytes();
  }

  public static byte[] runInList(String flow, Cursor.ByNumber place) {
    return runs(flow).place(place).bytes();
  }

  public static byte[] rehearsed(EventId event) {
    return Bytes.concat(key(RowKind.REHEARSED).bytes(), event.bytes());
  }

  public static byte[] progress(long run) {
    return key(RowKind.PROGRESS).number(run).bytes();
  }

  public static byte[] step(long run, String step) {
    return key(RowKind.STEP).number(run).name(step).bytes();
  }

  public static byte[] stepInList(long run, Cursor.ByName place) {
    return steps(run).descending(place.tsEpoch()).descendingName(place.name()).bytes();
  }

  public static byte[] task(long task) {
    return key(RowKind.TASK).number(task).bytes();
  }

  public static byte[] taskByName(long run, String step, String taskName) {
    return key(RowKind.TASK_BY_NAME).number(run).name(step).name(taskName).bytes();
  }

  public static byte[] taskProgress(long run, String step, long task) {
    return key(RowKind.TASK_PROGRESS).number(run).name(step).number(task).bytes();
  }

  public static byte[] taskInList(long run, String step, Cursor.ByNumber place) {
    return tasks(run, step).place(place).bytes();
  }

  public static byte[] metadata(long run, String step, long task, Cursor.ByNumber lowest) {
    return taskMetadata(run, step, task).place(lowest).bytes();
  }

  public static byte[] metadataInRun(long run, Cursor.ByNumber lowest) {
    return runMetadata(run).place(lowest).bytes();
  }

  public static byte[] indexed(Facet facet, IndexedValue place) {
    return values(facet).value(place).descending(place.run()).bytes();
  }

  public static byte[] artifacts(long task, int attempt, long tsEpoch) {
    return artifactsOfAttempt(new ArtifactScope.OfTask(task), attempt).descending(tsEpoch).bytes();
  }

  public static byte[] firstArtifacts(long task, int attempt) {
    return key(RowKind.FIRST_ARTIFACTS).number(task).number(attempt ^ Long.MIN_VALUE).bytes();
  }

  public static byte[] laterArtifact(long task, int attempt, String name) {
    return key(RowKind.LATER_ARTIFACT)
        .number(task)
        .number(attempt ^ Long.MIN_VALUE)
        .name(name)
        .bytes();
  }

  /**
   * @param scope a run or a step
   */
  public static byte[] artifactsInList(ArtifactScope scope, int attempt, long tsEpoch, long task) {
    return artifactsOfAttempt(scope, attempt).descending(tsEpoch).descending(task).bytes();
  }

  public static byte[] keyed(String flow, String idempotencyKey) {
    return key(RowKind.KEYED).name(flow).name(idempotencyKey).bytes();
  }

  public static byte[] verdict(long offset) {
    return verdicts().number(offset).bytes();
  }

  /**
   * @param block of offsets, see {@link IndexedEvent}
   */
  public static byte[] flowEvents(String flow, long block) {
    return flowEvents(flow).number(block).bytes();
  }

  public static byte[] runEvents(long run, long block) {
    return runEvents(run).number(block).bytes();
  }

  public static byte[] ledger(long block) {
    return ledger().number(block).bytes();
  }

  public static byte[] bookkeeping(String setting) {
    return key(RowKind.BOOKKEEPING).name(setting).bytes();
  }

  public static byte[] runHeartbeat(long run) {
    return run(run);
  }

  public static byte[] taskHeartbeat(long task) {
    return task(task);
  }

  // ---- prefixes of listings --------------------------------------------------------------------

  public static KeyBuilder flows() {
    return key(RowKind.FLOW_IN_LIST);
  }

  public static KeyBuilder runs(String flow) {
    return key(RowKind.RUN_IN_LIST).name(flow);
  }

  public static KeyBuilder steps(long run) {
    return key(RowKind.STEP_IN_LIST).number(run);
  }

  public static KeyBuilder tasks(long run, String step) {
    return key(RowKind.TASK_IN_LIST).number(run).name(step);
  }

  public static KeyBuilder stepMetadata(long run, String step) {
    return key(RowKind.METADATA).number(run).name(step);
  }

  public static KeyBuilder taskMetadata(long run, String step, long task) {
    return stepMetadata(run, step).number(task);
  }

  public static KeyBuilder runMetadata(long run) {
    return key(RowKind.METADATA_IN_RUN).number(run);
  }

  public static KeyBuilder artifacts(ArtifactScope scope) {
    if (scope instanceof ArtifactScope.OfRun ofRun) {
      return key(RowKind.ARTIFACTS_IN_LIST).kind('r').number(ofRun.run());
    }
    if (scope instanceof ArtifactScope.OfStep ofStep) {
      return key(RowKind.ARTIFACTS_IN_LIST).kind('s').number(ofStep.run()).name(ofStep.stepName());
    }
    return key(RowKind.ARTIFACTS).number(((ArtifactScope.OfTask) scope).task());
  }

  /** Also where to look for the next lower attempt. */
  public static KeyBuilder artifactsOfAttempt(ArtifactScope scope, int attempt) {
    return artifacts(scope).descending(attempt ^ Long.MIN_VALUE);
  }

  /** Index of the metadata of all fields. */
  public static KeyBuilder metadataValues() {
    return key(RowKind.INDEXED).kind('m');
  }

  public static KeyBuilder values(Facet facet) {
    return facet instanceof Facet.Field field
        ? metadataValues().name(field.name())
        : key(RowKind.INDEXED).kind('t');
  }

  public static KeyBuilder flowEvents(String flow) {
    return key(RowKind.EVENTS).kind('f').name(flow);
  }

  public static KeyBuilder runEvents(long run) {
    return key(RowKind.EVENTS).kind('r').number(run);
  }

  public static KeyBuilder verdicts() {
    return key(RowKind.VERDICT);
  }

  public static KeyBuilder ledger() {
    return key(RowKind.BOOKKEEPING).name("ledger");
  }

  /** The least key above this one. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The task of a row of metadata. */
  public static long taskOfMetadata(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 3 * Long.BYTES);
  }

  private static KeyBuilder key(RowKind kind) {
    return new KeyBuilder().kind(kind.letter());
  }
}
