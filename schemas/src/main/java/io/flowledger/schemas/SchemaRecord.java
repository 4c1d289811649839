package io.flowledger.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code _schemas} in the JSON that Confluent's Schema Registry reads and
 * writes: key {@code {"keytype":"SCHEMA","subject":s,"version":v,"magic":1}}, value {@code
 * {"subject":s,"version":v,"id":i,"schema":text,"deleted":false}}.
 *
 * @param subject topic name, dash, full name of the record type
 * @param version counted from 1 per subject
 * @param id counted from 1 over all subjects
 * @param schema Avro schema as JSON text
 */
record SchemaRecord(String subject, int version, int id, String schema) {

  private static final JsonFactory JSON = new JsonFactory();

  byte[] key() {
    return write(
        json -> {
          json.writeStringField("keytype", "SCHEMA");
          json.writeStringField("subject", subject);
          json.writeNumberField("version", version);
          json.writeNumberField("magic", 1);
        });
  }

  byte[] value() {
    return write(
        json -> {
          json.writeStringField("subject", subject);
          json.writeNumberField("version", version);
          json.writeNumberField("id", id);
          json.writeStringField("schema", schema);
          json.writeBooleanField("deleted", false);
        });
  }

  /**
   * Empty for whatever else the topic holds: other key types, other schema languages, tombstones.
   */
  static Optional<SchemaRecord> parse(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || value == null) {
      return Optional.empty();
    }
    try {
      if (!"SCHEMA".equals(scalars(key).get("keytype"))) {
        return Optional.empty();
      }
      Map<String, String> fields = scalars(value);
      String type = fields.getOrDefault("schemaType", "AVRO");
      String subject = fields.get("subject");
      String version = fields.get("version");
      String id = fields.get("id");
      String schema = fields.get("schema");
      if (!type.equals("AVRO")
          || subject == null
          || version == null
          || id == null
          || schema == null) {
        return Optional.empty();
      }
      return Optional.of(
          new SchemaRecord(subject, Integer.parseInt(version), Integer.parseInt(id), schema));
    } catch (IOException | NumberFormatException foreign) {
      return Optional.empty();
    }
  }

  /** The scalar fields of a JSON object as text; nested values are left out. */
  static Map<String, String> scalars(byte[] json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return fields;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token.isScalarValue()) {
          fields.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    }
    return fields;
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] write(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
