package io.flowledger.query;

import io.flowledger.projector.readmodel.JsonText;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** An Avro record as JSON: its fields by their names, identifiers of events in hexadecimal. */
public final class EventJson {

  private final JsonText json;

  private EventJson(JsonText json) {
    this.json = json;
  }

  /** Appends it. */
  public static void write(IndexedRecord event, JsonText json) {
    new EventJson(json).object(event);
  }

  private void object(IndexedRecord record) {
    String before = "{";
    for (Schema.Field field : record.getSchema().getFields()) {
      json.raw(before).string(field.name()).raw(": ");
      value(record.get(field.pos()));
      before = ", ";
    }
    json.raw("}");
  }

  private void value(@Nullable Object value) {
    if (value == null || value instanceof CharSequence) {
      json.string(value == null ? null : value.toString());
    } else if (value instanceof Number number) {
      json.number(number.longValue());
    } else if (value instanceof GenericFixed id) {
      json.string(HexFormat.of().formatHex(id.bytes()));
    } else if (value instanceof List<?> list) {
      list(list);
    } else if (value instanceof IndexedRecord record) {
      object(record);
    } else {
      throw new IllegalArgumentException("no event has a " + value.getClass());
    }
  }

  private void list(List<?> values) {
    json.raw("[");
    String before = "";
    for (Object value : values) {
      json.raw(before);
      value(value);
      before = ", ";
    }
    json.raw("]");
  }
}
