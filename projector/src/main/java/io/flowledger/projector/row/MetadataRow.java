package io.flowledger.projector.row;

import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;

/** A metadata row as a {@link MetadataBatch} holds it; its tags are its own. */
public final class MetadataRow {

  private final long tsEpoch;
  private final long id;
  private final String path;
  private final RowReader fields;

  /**
   * @param path {@link TaskRow#path} of its task
   * @param fields field_name and everything after it
   */
  MetadataRow(long tsEpoch, long id, String path, RowReader fields) {
    this.tsEpoch = tsEpoch;
    this.id = id;
    this.path = path;
    this.fields = fields;
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return tsEpoch;
  }

  public long id() {
    return id;
  }

  /** Whether it is of a field, whose name is given in UTF-8. */
  public boolean isOf(byte[] fieldName) {
    return fields.copy().textIs(fieldName);
  }

  public String fieldName() {
    return fields.copy().text();
  }

  public String value() {
    RowReader from = fields.copy();
    from.skipText(); // field_name
    return from.text();
  }

  public void render(Sink sink) {
    RowReader from = fields.copy();
    sink.write(
        new JsonText(320)
            .raw("{\"id\": ")
            .number(id)
            .raw(", ")
            .raw(path)
            .raw(", \"field_name\": ")
            .string(from.text())
            .raw(", \"value\": ")
            .string(from.text())
            .raw(", \"type\": ")
            .string(from.text())
            .raw(", \"user_name\": ")
            .string(from.nullableText())
            .raw(", \"ts_epoch\": ")
            .number(tsEpoch)
            .raw(", \"tags\": ")
            .strings(from.texts())
            .raw(", \"system_tags\": ")
            .strings(from.texts())
            .raw("}")
            .toBytes());
  }
}
