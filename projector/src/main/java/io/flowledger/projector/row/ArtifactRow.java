package io.flowledger.projector.row;

import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;

/** An artifact as an {@link ArtifactBatch} holds it. Its tags are the run's. */
public final class ArtifactRow {

  private static final byte[] END = Packed.utf8("}");

  /**
   * What the artifacts of a batch have in common.
   *
   * @param tsEpoch epoch milliseconds
   * @param path {@link TaskRow#path} of the task
   */
  record Head(long tsEpoch, long taskId, int attempt, String path) {}

  private final Head head;
  private final RowReader entry;
  private final EventKey creator;
  private final String name;
  private final RowReader fields;

  /**
   * @param entry creator, name and everything after it
   */
  ArtifactRow(Head head, RowReader entry) {
    this.head = head;
    this.entry = entry.copy();
    this.creator = new EventKey(entry.number(), entry.number());
    this.name = entry.text();
    this.fields = entry;
  }

  /** The event that made this artifact. */
  public EventKey creator() {
    return creator;
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return head.tsEpoch();
  }

  public long taskId() {
    return head.taskId();
  }

  public int attempt() {
    return head.attempt();
  }

  public String name() {
    return name;
  }

  /** The hash of the content, or where there is none its location. */
  public String content() {
    RowReader from = fields.copy();
    String location = from.text();
    from.text(); // ds_type
    String sha = from.nullableText();
    return sha == null ? location : sha;
  }

  public void render(RunRow run, Sink sink) {
    RowReader from = fields.copy();
    sink.write(
        new JsonText(320)
            .raw("{")
            .raw(head.path())
            .raw(", \"name\": ")
            .string(name)
            .raw(", \"location\": ")
            .string(from.text())
            .raw(", \"ds_type\": ")
            .string(from.text())
            .raw(", \"sha\": ")
            .string(from.nullableText())
            .raw(", \"type\": ")
            .string(from.nullableText())
            .raw(", \"content_type\": ")
            .string(from.nullableText())
            .raw(", \"user_name\": ")
            .string(from.nullableText())
            .raw(", \"attempt_id\": ")
            .number(head.attempt())
            .raw(", \"ts_epoch\": ")
            .number(head.tsEpoch())
            .raw(", \"tags\": ")
            .toBytes());
    run.renderTags(sink);
    sink.write(END);
  }

  void writeTo(RowWriter row) {
    entry.writeRestTo(row);
  }
}
