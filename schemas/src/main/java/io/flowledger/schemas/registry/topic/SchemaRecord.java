package io.flowledger.schemas.registry.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.Schema;

/**
 * A version of a subject, and its record in the topic {@code _schemas}: key {@code
 * {"keytype":"SCHEMA","subject":s,"version":v,"magic":1}}, value {@code
 * {"subject":s,"version":v,"id":i,"schema":text,"deleted":false}}.
 *
 * @param subject topic name, dash, full name of the record type
 * @param version counted from 1 per subject
 * @param id counted from 1 over all subjects
 * @param guid MD5 of the schema as a UUID: the same in every registry
 * @param type language of the schema: {@code AVRO}, {@code PROTOBUF}, {@code JSON}
 * @param references whose types the schema uses
 * @param schema its text; of Avro, JSON
 * @param deleted whether a registry counts it as deleted: records written with it stay readable
 */
public record SchemaRecord(
    String subject,
    int version,
    int id,
    String guid,
    String type,
    List<SchemaReference> references,
    String schema,
    boolean deleted)
    implements RegistryRecord {

  /** The language of schemas that this build reads. */
  public static final String AVRO = "AVRO";

  public SchemaRecord {
    references = List.copyOf(references);
  }

  /** Of an Avro schema that stands for itself. */
  static SchemaRecord avro(String subject, int version, int id, String schema) {
    return new SchemaRecord(subject, version, id, guid(schema), AVRO, List.of(), schema, false);
  }

  SchemaRecord asDeleted() {
    return new SchemaRecord(subject, version, id, guid, type, references, schema, true);
  }

  /** As Confluent's registry derives it from a schema without references. */
  static String guid(String schema) {
    try {
      ByteBuffer md5 =
          ByteBuffer.wrap(
              MessageDigest.getInstance("MD5").digest(schema.getBytes(StandardCharsets.UTF_8)));
      return new UUID(md5.getLong(), md5.getLong()).toString();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has MD5", impossible);
    }
  }

  /**
   * The schema, if it is one of Avro that can be read.
   *
   * @param versions finds what it refers to
   */
  Optional<Schema> parse(Function<SchemaReference, Optional<SchemaRecord>> versions) {
    if (!type.equals(AVRO)) {
      return Optional.empty();
    }
    try {
      // What has been written with a schema is to be read, even if today it would not be accepted.
      Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
      parseReferences(versions, parser, new HashSet<>());
      return Optional.of(parser.parse(schema));
    } catch (RuntimeException | StackOverflowError notAvro) { // Avro throws what it likes
      return Optional.empty();
    }
  }

  /** Makes known to a parser what the schema uses the types of, each once. */
  private void parseReferences(
      Function<SchemaReference, Optional<SchemaRecord>> versions,
      Schema.Parser parser,
      Set<SchemaReference> known) {
    for (SchemaReference reference : references) {
      Optional<SchemaRecord> used = versions.apply(reference);
      if (used.isPresent() && known.add(reference)) {
        used.get().parseReferences(versions, parser, known);
        parser.parse(used.get().schema());
      }
    }
  }

  byte[] key() {
    return key(subject, version);
  }

  static byte[] key(String subject, int version) {
    return RegistryJson.write(
        json -> {
          json.writeStringField("keytype", "SCHEMA");
          json.writeStringField("subject", subject);
          json.writeNumberField("version", version);
          json.writeNumberField("magic", 1);
        });
  }

  byte[] value() {
    return RegistryJson.write(
        json -> {
          json.writeStringField("subject", subject);
          json.writeNumberField("version", version);
          json.writeNumberField("id", id);
          if (!type.equals(AVRO)) {
            json.writeStringField("schemaType", type);
          }
          if (!references.isEmpty()) {
            writeReferences(json);
          }
          json.writeStringField("schema", schema);
          json.writeBooleanField("deleted", deleted);
        });
  }

  private void writeReferences(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("references");
    for (SchemaReference reference : references) {
      json.writeStartObject();
      json.writeStringField("name", reference.name());
      json.writeStringField("subject", reference.subject());
      json.writeNumberField("version", reference.version());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
