package io.flowledger.projector.readmodel;

import io.flowledger.event.MetadataEntry;

/** A metadata row as its view keeps it: rendered whole, since its tags are its own. */
public final class MetadataRow {

  private final long tsEpoch;
  private final long id;
  private final byte[] json;

  /**
   * @param tsEpoch epoch milliseconds
   * @param id number of the row
   * @param json the rendered object
   */
  public MetadataRow(long tsEpoch, long id, byte[] json) {
    this.tsEpoch = tsEpoch;
    this.id = id;
    this.json = json;
  }

  public static MetadataRow of(MetadataEntry entry, TaskRow task, long tsEpoch) {
    JsonText text =
        new JsonText(256 + entry.getValue().length())
            .raw("{\"id\": ")
            .number(entry.getId())
            .raw(", ")
            .raw(task.path())
            .raw(", \"field_name\": ")
            .string(entry.getFieldName())
            .raw(", \"value\": ")
            .string(entry.getValue())
            .raw(", \"type\": ")
            .string(entry.getType())
            .raw(", \"user_name\": ")
            .string(entry.getUserName())
            .raw(", \"ts_epoch\": ")
            .number(tsEpoch)
            .raw(", \"tags\": ")
            .strings(entry.getTags())
            .raw(", \"system_tags\": ")
            .strings(entry.getSystemTags())
            .raw("}");
    return new MetadataRow(tsEpoch, entry.getId(), text.toBytes());
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return tsEpoch;
  }

  public long id() {
    return id;
  }

  public byte[] json() {
    return json;
  }

  public void render(Sink sink) {
    sink.write(json);
  }
}
