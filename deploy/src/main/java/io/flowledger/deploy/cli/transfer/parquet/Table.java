package io.flowledger.deploy.cli.transfer.parquet;

import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaBuilder.FieldAssembler;

/**
 * The tables of an export, a file each, and their columns, which {@code docs/export-import.md}
 * tells. Columns that others begin with find the object that a row belongs to.
 */
enum Table {
  FLOWS(ofFlow("flows").user().texts("tags").texts("system_tags").time("created_at")),
  RUNS(
      ofRun("runs")
          .optionalText("run_id")
          .user()
          .texts("tags")
          .texts("system_tags")
          .text("status")
          .time("created_at")
          .optionalTime("last_heartbeat_at")),
  STEPS(ofStep("steps").user().time("created_at")),
  TASKS(
      ofTask("tasks")
          .optionalText("task_name")
          .user()
          .time("created_at")
          .optionalTime("last_heartbeat_at")),
  METADATA(
      ofTask("metadata")
          .number("id")
          .optionalInt("attempt_id")
          .text("field_name")
          .text("value")
          .text("type")
          .user()
          .texts("tags")
          .texts("system_tags")
          .time("created_at")),
  ARTIFACTS(
      ofTask("artifacts")
          .integer("attempt_id")
          .text("name")
          .text("location")
          .text("ds_type")
          .optionalText("sha")
          .optionalText("type")
          .optionalText("content_type")
          .user()
          .time("created_at")),
  TAG_CHANGES(
      ofRun("tag_changes")
          .texts("tags_to_remove")
          .texts("tags_to_add")
          .optionalText("credential")
          .optionalText("address")
          .time("created_at"));

  private static final String SUFFIX = ".parquet";

  private final Schema schema;

  Table(Columns columns) {
    this.schema = columns.fields.endRecord();
  }

  Schema schema() {
    return schema;
  }

  /** The name of its file. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT) + SUFFIX;
  }

  private static Columns ofFlow(String name) {
    return new Columns(SchemaBuilder.record(name).fields()).text("flow_id");
  }

  private static Columns ofRun(String name) {
    return ofFlow(name).number("run_number");
  }

  private static Columns ofStep(String name) {
    return ofRun(name).text("step_name");
  }

  private static Columns ofTask(String name) {
    return ofStep(name).number("task_id");
  }

  /** Columns, named one after the other. */
  private record Columns(FieldAssembler<Schema> fields) {

    private static final Schema TEXT = Schema.create(Schema.Type.STRING);
    private static final Schema TIME =
        LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));

    Columns text(String name) {
      return required(name, TEXT);
    }

    Columns optionalText(String name) {
      return optional(name, TEXT);
    }

    /** Texts in an order; null where there were none, not even an empty list. */
    Columns texts(String name) {
      return optional(name, Schema.createArray(TEXT));
    }

    Columns number(String name) {
      return required(name, Schema.create(Schema.Type.LONG));
    }

    Columns integer(String name) {
      return required(name, Schema.create(Schema.Type.INT));
    }

    Columns optionalInt(String name) {
      return optional(name, Schema.create(Schema.Type.INT));
    }

    Columns time(String name) {
      return required(name, TIME);
    }

    Columns optionalTime(String name) {
      return optional(name, TIME);
    }

    Columns user() {
      return optionalText("user_name");
    }

    private Columns required(String name, Schema type) {
      return new Columns(fields.name(name).type(type).noDefault());
    }

    private Columns optional(String name, Schema type) {
      return required(name, Schema.createUnion(Schema.create(Schema.Type.NULL), type));
    }
  }
}
