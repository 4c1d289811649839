package io.flowledger.projector;

import io.flowledger.event.EventId;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.Facet;
import io.flowledger.projector.readmodel.IndexedValue;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The key layout of the views. Every key starts with a letter for its kind. Numbers are 8 bytes,
 * big-endian; {@code ~} marks descending order (all bits inverted). Names are UTF-8 ended by a zero
 * byte, which no name contains; a descending name has its bytes and its end inverted. A value is
 * kept up to 64 bytes or its first zero byte, and ended by a zero byte if that is all of it, else
 * by 0xff, which no UTF-8 contains.
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
final class Keys {

  private static final byte END = 0;
  private static final byte CUT = (byte) 0xff;
  private static final int LONGEST_VALUE = 64;
  private static final String WRITE_ONLY = "FRSTmMAhx";

  private Keys() {}

  // ---- one method per kind: full keys ----------------------------------------------------------

  static byte[] flow(String flow) {
    return key('f').name(flow).bytes();
  }

  static byte[] flowInList(Cursor.ByName place) {
    return flows().descending(place.tsEpoch()).descendingName(place.name()).bytes();
  }

  static byte[] run(long run) {
    return key('r').number(run).bytes();
  }

  /** Whether it is the key of a row that many others refer to: see {@link RocksTable#getShared}. */
  static boolean isShared(byte[] key) {
    return key[0] == 'r';
  }

  /**
   * Whether it is the key of a row that the projection writes and does not read again: put once, as
   * a rule, or appended to while the offsets are those of its block.
   */
  static boolean isWriteOnly(byte[] key) {
    return key.length > 0 && WRITE_ONLY.indexOf(key[0]) >= 0;
  }

  /** Whether it is the key of a row that is appended to while the offsets are in its block. */
  static boolean isOfBlock(byte[] key) {
    return key[0] == 'h';
  }

  static byte[] runByName(String flow, String runId) {
    return key('n').name(flow).name(runId).bytes();
  }

  static byte[] runInList(String flow, Cursor.ByNumber place) {
    return runs(flow).place(place).bytes();
  }

  static byte[] rehearsed(EventId event) {
    return Bytes.concat(key('e').bytes(), event.bytes());
  }

  static byte[] progress(long run) {
    return key('p').number(run).bytes();
  }

  static byte[] step(long run, String step) {
    return key('s').number(run).name(step).bytes();
  }

  static byte[] stepInList(long run, Cursor.ByName place) {
    return steps(run).descending(place.tsEpoch()).descendingName(place.name()).bytes();
  }

  static byte[] task(long task) {
    return key('t').number(task).bytes();
  }

  static byte[] taskByName(long run, String step, String taskName) {
    return key('u').number(run).name(step).name(taskName).bytes();
  }

  static byte[] taskProgress(long run, String step, long task) {
    return key('q').number(run).name(step).number(task).bytes();
  }

  static byte[] taskInList(long run, String step, Cursor.ByNumber place) {
    return tasks(run, step).place(place).bytes();
  }

  static byte[] metadata(long run, String step, long task, Cursor.ByNumber lowest) {
    return taskMetadata(run, step, task).place(lowest).bytes();
  }

  static byte[] metadataInRun(long run, Cursor.ByNumber lowest) {
    return runMetadata(run).place(lowest).bytes();
  }

  static byte[] indexed(Facet facet, IndexedValue place) {
    return values(facet).value(place).descending(place.run()).bytes();
  }

  static byte[] artifacts(long task, int attempt, long tsEpoch) {
    return artifactsOfAttempt(new Scope.OfTask(task), attempt).descending(tsEpoch).bytes();
  }

  static byte[] firstArtifacts(long task, int attempt) {
    return key('b').number(task).number(attempt ^ Long.MIN_VALUE).bytes();
  }

  static byte[] laterArtifact(long task, int attempt, String name) {
    return key('c').number(task).number(attempt ^ Long.MIN_VALUE).name(name).bytes();
  }

  /**
   * @param scope a run or a step
   */
  static byte[] artifactsInList(Scope scope, int attempt, long tsEpoch, long task) {
    return artifactsOfAttempt(scope, attempt).descending(tsEpoch).descending(task).bytes();
  }

  static byte[] keyed(String flow, String idempotencyKey) {
    return key('k').name(flow).name(idempotencyKey).bytes();
  }

  static byte[] verdict(long offset) {
    return verdicts().number(offset).bytes();
  }

  /**
   * @param block of offsets, see {@link io.flowledger.projector.readmodel.IndexedEvent}
   */
  static byte[] flowEvents(String flow, long block) {
    return flowEvents(flow).number(block).bytes();
  }

  static byte[] runEvents(long run, long block) {
    return runEvents(run).number(block).bytes();
  }

  static byte[] ledger(long block) {
    return ledger().number(block).bytes();
  }

  static byte[] bookkeeping(String setting) {
    return key('0').name(setting).bytes();
  }

  static byte[] runHeartbeat(long run) {
    return run(run);
  }

  static byte[] taskHeartbeat(long task) {
    return task(task);
  }

  // ---- prefixes of listings --------------------------------------------------------------------

  static Builder flows() {
    return key('F');
  }

  static Builder runs(String flow) {
    return key('R').name(flow);
  }

  static Builder steps(long run) {
    return key('S').number(run);
  }

  static Builder tasks(long run, String step) {
    return key('T').number(run).name(step);
  }

  static Builder stepMetadata(long run, String step) {
    return key('m').number(run).name(step);
  }

  static Builder taskMetadata(long run, String step, long task) {
    return stepMetadata(run, step).number(task);
  }

  static Builder runMetadata(long run) {
    return key('M').number(run);
  }

  static Builder artifacts(Scope scope) {
    if (scope instanceof Scope.OfRun ofRun) {
      return key('A').kind('r').number(ofRun.run());
    }
    if (scope instanceof Scope.OfStep ofStep) {
      return key('A').kind('s').number(ofStep.run()).name(ofStep.stepName());
    }
    return key('a').number(((Scope.OfTask) scope).task());
  }

  /** Also where to look for the next lower attempt. */
  static Builder artifactsOfAttempt(Scope scope, int attempt) {
    return artifacts(scope).descending(attempt ^ Long.MIN_VALUE);
  }

  /** Index of the metadata of all fields. */
  static Builder metadataValues() {
    return key('i').kind('m');
  }

  static Builder values(Facet facet) {
    return facet instanceof Facet.Field field
        ? metadataValues().name(field.name())
        : key('i').kind('t');
  }

  static Builder flowEvents(String flow) {
    return key('h').kind('f').name(flow);
  }

  static Builder runEvents(long run) {
    return key('h').kind('r').number(run);
  }

  static Builder verdicts() {
    return key('x');
  }

  static Builder ledger() {
    return key('0').name("ledger");
  }

  /** The least key above this one. */
  static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The task of a row of metadata. */
  static long taskOfMetadata(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 3 * Long.BYTES);
  }

  // ---- reading keys ----------------------------------------------------------------------------

  /** Reads the parts of a key that follow a prefix, in their order. */
  static final class Parts {
    private final ByteBuffer bytes;

    Parts(byte[] key, int prefixLength) {
      this.bytes = ByteBuffer.wrap(key).position(prefixLength);
    }

    long number() {
      return bytes.getLong();
    }

    long descending() {
      return ~bytes.getLong();
    }

    int attempt() {
      return (int) (descending() ^ Long.MIN_VALUE);
    }

    Cursor.ByNumber place() {
      return new Cursor.ByNumber(descending(), descending());
    }

    String name() {
      return name((byte) 0);
    }

    String descendingName() {
      return name((byte) 0xff);
    }

    /** A value and the run behind it. */
    IndexedValue indexedValue() {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      byte b = bytes.get();
      for (; b != END && b != CUT; b = bytes.get()) {
        value.write(b);
      }
      return new IndexedValue(value.toString(StandardCharsets.UTF_8), b == END, descending());
    }

    private String name(byte mask) {
      ByteArrayOutputStream name = new ByteArrayOutputStream();
      for (byte b = bytes.get(); (byte) (b ^ mask) != END; b = bytes.get()) {
        name.write(b ^ mask);
      }
      return name.toString(StandardCharsets.UTF_8);
    }
  }

  // ---- writing keys ----------------------------------------------------------------------------

  private static Builder key(char kind) {
    return new Builder().kind(kind);
  }

  /** Puts the parts of a key together. */
  static final class Builder {
    private ByteBuffer bytes = ByteBuffer.allocate(64);

    Builder kind(char kind) {
      room(1).put((byte) kind);
      return this;
    }

    Builder number(long value) {
      room(Long.BYTES).putLong(value);
      return this;
    }

    Builder descending(long value) {
      return number(~value);
    }

    Builder place(Cursor.ByNumber place) {
      return descending(place.tsEpoch()).descending(place.number());
    }

    Builder name(String name) {
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      room(utf8.length + 1).put(utf8).put(END);
      return this;
    }

    Builder descendingName(String name) {
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      ByteBuffer target = room(utf8.length + 1);
      for (byte b : utf8) {
        target.put((byte) ~b);
      }
      target.put((byte) ~END);
      return this;
    }

    Builder name(Utf8 name) {
      room(name.length() + 1).put(name.bytes(), name.offset(), name.length()).put(END);
      return this;
    }

    Builder value(Utf8 value) {
      int length = keptLength(value);
      room(length + 1)
          .put(value.bytes(), value.offset(), length)
          .put(length == value.length() ? END : CUT);
      return this;
    }

    Builder value(IndexedValue value) {
      byte[] utf8 = value.text().getBytes(StandardCharsets.UTF_8);
      room(utf8.length + 1).put(utf8).put(value.whole() ? END : CUT);
      return this;
    }

    private static int keptLength(Utf8 value) {
      byte[] utf8 = value.bytes();
      int start = value.offset();
      int length = value.length();
      if (length > LONGEST_VALUE) {
        length = LONGEST_VALUE;
        while (isInsideCharacter(utf8[start + length])) {
          length--;
        }
      }
      for (int i = 0; i < length; i++) {
        if (utf8[start + i] == END) {
          return i;
        }
      }
      return length;
    }

    private static boolean isInsideCharacter(byte utf8) {
      return (utf8 & 0xc0) == 0x80;
    }

    /** Drops what is behind a place in the key, for another key that begins the same. */
    Builder backTo(int length) {
      bytes.position(length);
      return this;
    }

    private ByteBuffer room(int length) {
      if (bytes.remaining() < length) {
        ByteBuffer larger =
            ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + length));
        bytes = larger.put(bytes.flip());
      }
      return bytes;
    }

    int length() {
      return bytes.position();
    }

    /** The memory that begins with the key, {@link #length} bytes of it, until more is added. */
    byte[] memory() {
      return bytes.array();
    }

    byte[] bytes() {
      byte[] key = new byte[bytes.position()];
      bytes.get(0, key);
      return key;
    }
  }
}
