package io.flowledger.schemas.registry.topic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code _schemas} in the JSON that Confluent's Schema Registry reads and
 * writes. Where a record is about a subject or all of them, all of them are {@link #ALL}.
 */
sealed interface RegistryRecord
    permits SchemaRecord,
        RegistryRecord.VersionRemoved,
        RegistryRecord.SubjectDeleted,
        RegistryRecord.SubjectCleared,
        RegistryRecord.Compatibility,
        RegistryRecord.Mode,
        RegistryRecord.Other {

  /** Stands for all subjects that have no setting of their own. */
  String ALL = "";

  /** A version is gone: whoever deletes one for good writes a tombstone. */
  record VersionRemoved(String subject, int version) implements RegistryRecord {}

  /** All versions up to that one count as deleted. */
  record SubjectDeleted(String subject, int version) implements RegistryRecord {}

  /** The versions that count as deleted are gone. */
  record SubjectCleared(String subject) implements RegistryRecord {}

  /** What new versions owe to earlier ones; empty where that setting was taken back. */
  record Compatibility(String subject, Optional<CompatibilityLevel> level)
      implements RegistryRecord {

    byte[] key() {
      return RegistryJson.write(
          json -> {
            json.writeStringField("keytype", "CONFIG");
            if (!subject.equals(ALL)) {
              json.writeStringField("subject", subject);
            }
            json.writeNumberField("magic", 0);
          });
    }

    byte[] value() {
      return RegistryJson.write(
          json -> {
            if (!subject.equals(ALL)) {
              json.writeStringField("subject", subject);
            }
            if (level.isPresent()) {
              json.writeStringField("compatibilityLevel", level.get().name());
            }
          });
    }
  }

  /** Whether a subject may be written, as {@code READWRITE}; empty where that was taken back. */
  record Mode(String subject, Optional<String> mode) implements RegistryRecord {}

  /** No-ops, what newer registries write, and what is no record of a registry. */
  record Other() implements RegistryRecord {}

  static RegistryRecord parse(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) {
      return new Other();
    }
    try {
      RegistryJson.Fields of = RegistryJson.read(key);
      String subject = of.text("subject", ALL);
      return switch (of.text("keytype", "")) {
        case "SCHEMA" ->
            value == null
                ? new VersionRemoved(subject, of.number("version"))
                : schema(RegistryJson.read(value));
        case "DELETE_SUBJECT" ->
            value == null
                ? new Other()
                : new SubjectDeleted(subject, RegistryJson.read(value).number("version"));
        case "CLEAR_SUBJECT" -> new SubjectCleared(subject);
        case "CONFIG" ->
            new Compatibility(
                subject, field(value, "compatibilityLevel").flatMap(CompatibilityLevel::named));
        case "MODE" ->
            new Mode(subject, field(value, "mode").map(mode -> mode.toUpperCase(Locale.ROOT)));
        default -> new Other();
      };
    } catch (IOException | NumberFormatException foreign) {
      return new Other();
    }
  }

  private static Optional<String> field(byte @Nullable [] value, String name) throws IOException {
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(RegistryJson.read(value).scalars().get(name));
  }

  private static RegistryRecord schema(RegistryJson.Fields fields) {
    if (!fields.has("subject") || !fields.has("schema")) {
      return new Other();
    }
    String schema = fields.text("schema", "");
    return new SchemaRecord(
        fields.text("subject", ""),
        fields.number("version"),
        fields.number("id"),
        fields.text("guid", SchemaRecord.guid(schema)),
        fields.text("schemaType", SchemaRecord.AVRO),
        references(fields.lists().getOrDefault("references", List.of())),
        schema,
        Boolean.parseBoolean(fields.text("deleted", "false")));
  }

  private static List<SchemaReference> references(List<Map<String, String>> objects) {
    List<SchemaReference> references = new ArrayList<>();
    for (Map<String, String> object : objects) {
      references.add(
          new SchemaReference(
              object.getOrDefault("name", ""),
              object.getOrDefault("subject", ""),
              Integer.parseInt(object.getOrDefault("version", ""))));
    }
    return references;
  }
}
