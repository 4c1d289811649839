package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.event.EventId;
import io.flowledger.schemas.EventTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A log as servers export it, as an Avro file. */
final class ExportedLog {

  static final EventId ID = new EventId(new byte[16]);

  private static final Schema NULL = Schema.create(Schema.Type.NULL);
  private static final Schema TEXT = Schema.create(Schema.Type.STRING);

  private final Schema schema;
  private final List<GenericRecord> records = new ArrayList<>();
  private int next;

  /**
   * @param later types of events that only a later build knows
   */
  ExportedLog(Schema... later) {
    List<Schema> types =
        Stream.of(List.of(NULL), EventTypes.EVENTS, EventTypes.HEARTBEATS, List.of(later))
            .flatMap(List::stream)
            .toList();
    this.schema =
        SchemaBuilder.record("ExportedRecord")
            .fields()
            .name("position")
            .type(Schema.createUnion(NULL, TEXT))
            .noDefault()
            .requiredString("verdict")
            .name("reason")
            .type(Schema.createUnion(NULL, TEXT))
            .noDefault()
            .name("event")
            .type(Schema.createUnion(types))
            .noDefault()
            .endRecord();
  }

  ExportedLog applied(Object event) {
    return with("0@" + next++, "applied", null, event);
  }

  ExportedLog superseded(SpecificRecord event, String by) {
    return with("0@" + next++, "superseded", by, event);
  }

  ExportedLog rejected(@Nullable SpecificRecord event) {
    return with("0@" + next++, "rejected", "no", event);
  }

  ExportedLog beat(SpecificRecord heartbeat) {
    return with(null, "applied", null, heartbeat);
  }

  private ExportedLog with(
      @Nullable String position, String verdict, @Nullable String reason, @Nullable Object event) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("position", position);
    record.put("verdict", verdict);
    record.put("reason", reason);
    record.put("event", event);
    records.add(record);
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> file =
        new DataFileWriter<>(new SpecificDatumWriter<GenericRecord>(schema))) {
      file.create(schema, bytes);
      for (GenericRecord record : records) {
        file.append(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
