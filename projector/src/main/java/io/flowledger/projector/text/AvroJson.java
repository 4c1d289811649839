package io.flowledger.projector.text;

import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * An Avro record as JSON: its fields by their names, identifiers of events in hexadecimal. What the
 * first release did not have is left out where it is null: it can import what has none of it.
 */
public final class AvroJson {

  private static final String SINCE_FIRST_RELEASE = "idempotency";

  private final JsonText json;

  private AvroJson(JsonText json) {
    this.json = json;
  }

  /** Appends it. */
  public static void write(IndexedRecord event, JsonText json) {
    new AvroJson(json).object(event);
  }

  private void object(IndexedRecord record) {
    String before = "{";
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null || !field.name().equals(SINCE_FIRST_RELEASE)) {
        json.raw(before).string(field.name()).raw(": ");
        value(value);
        before = ", ";
      }
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
