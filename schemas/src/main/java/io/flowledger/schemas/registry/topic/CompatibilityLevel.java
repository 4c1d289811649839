package io.flowledger.schemas.registry.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** What a new version of a subject owes to the versions before it, by Confluent's names. */
public enum CompatibilityLevel {
  /** Nothing. */
  NONE(false, false, false),
  /** It reads what the latest version wrote. */
  BACKWARD(true, false, false),
  /** It reads what any version wrote. */
  BACKWARD_TRANSITIVE(true, false, true),
  /** The latest version reads what it writes. */
  FORWARD(false, true, false),
  /** Every version reads what it writes. */
  FORWARD_TRANSITIVE(false, true, true),
  /** The latest version and it read each other. */
  FULL(true, true, false),
  /** Every version and it read each other: what a log needs that is kept for ever. */
  FULL_TRANSITIVE(true, true, true);

  private static final int MAX_SCHEMA_IN_MESSAGE = 10_240;

  private final boolean reads;
  private final boolean isRead;
  private final boolean transitive;

  CompatibilityLevel(boolean reads, boolean isRead, boolean transitive) {
    this.reads = reads;
    this.isRead = isRead;
    this.transitive = transitive;
  }

  /** The level with that name, in capital or small letters. */
  public static Optional<CompatibilityLevel> named(String name) {
    for (CompatibilityLevel level : values()) {
      if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /** Whether a new version is held against all versions before it, or the latest only. */
  boolean isTransitive() {
    return transitive;
  }

  /**
   * Why a schema may not follow an earlier version, in Confluent's words; empty when it may.
   *
   * @param read the earlier version, where it is one of Avro
   */
  List<String> differences(Schema candidate, SchemaRecord earlier, Optional<Schema> read) {
    List<String> differences = new ArrayList<>();
    if (read.isPresent()) {
      if (reads) {
        describe(candidate, "new", read.get(), "old", differences);
      }
      if (isRead) {
        describe(read.get(), "old", candidate, "new", differences);
      }
    } else if (this != NONE) {
      differences.add("Incompatible because of different schema type");
    }
    if (!differences.isEmpty()) {
      differences.add("{oldSchemaVersion: %d}".formatted(earlier.version()));
      differences.add("{oldSchema: %s}".formatted(quoted(earlier.schema())));
      differences.add("{validateFields: 'false', compatibility: '%s'}".formatted(this));
    }
    return differences;
  }

  private static String quoted(String schema) {
    return schema.length() <= MAX_SCHEMA_IN_MESSAGE
        ? "'%s'".formatted(schema)
        : "<truncated> '%s...'".formatted(schema.substring(0, MAX_SCHEMA_IN_MESSAGE));
  }

  private static void describe(
      Schema reader,
      String readerName,
      Schema writer,
      String writerName,
      List<String> differences) {
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .forEach(found -> differences.add(describe(found, readerName, writerName)));
  }

  private static String describe(Incompatibility found, String reader, String writer) {
    String path = found.getLocation();
    String description =
        switch (found.getType()) {
          case FIXED_SIZE_MISMATCH ->
              "The size of FIXED type field at path '%s' in the %s schema does not match with the %s schema"
                  .formatted(path, reader, writer);
          case TYPE_MISMATCH ->
              "The type (path '%s') of a field in the %s schema does not match with the %s schema"
                  .formatted(path, reader, writer);
          case NAME_MISMATCH -> "The name of the schema has changed (path '%s')".formatted(path);
          case MISSING_ENUM_SYMBOLS ->
              "The %s schema is missing enum symbols '%s' at path '%s' in the %s schema"
                  .formatted(reader, found.getMessage(), path, writer);
          case MISSING_UNION_BRANCH ->
              "The %s schema is missing a type inside a union field at path '%s' in the %s schema"
                  .formatted(reader, path, writer);
          case READER_FIELD_MISSING_DEFAULT_VALUE ->
              "The field '%s' at path '%s' in the %s schema has no default value and is missing in the %s schema"
                  .formatted(found.getMessage(), path, reader, writer);
        };
    return "{errorType:'%s', description:'%s', additionalInfo:'%s'}"
        .formatted(found.getType(), description, found.getMessage());
  }
}
