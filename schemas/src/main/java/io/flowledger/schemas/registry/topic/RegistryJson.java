package io.flowledger.schemas.registry.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The JSON of the topic {@code _schemas}: flat objects, and lists of them. */
public final class RegistryJson {

  private static final JsonFactory JSON = new JsonFactory();

  private RegistryJson() {}

  /**
   * What an object holds.
   *
   * @param scalars its scalar fields, as text; without those that are null
   * @param lists its lists of objects, of which the scalar fields are told
   */
  public record Fields(Map<String, String> scalars, Map<String, List<Map<String, String>>> lists) {

    boolean has(String name) {
      return scalars.containsKey(name);
    }

    String text(String name, String otherwise) {
      return scalars.getOrDefault(name, otherwise);
    }

    /**
     * @throws NumberFormatException when it is none
     */
    int number(String name) {
      return Integer.parseInt(text(name, ""));
    }
  }

  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] write(Body body) {
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

  /**
   * Of what is no object: nothing.
   *
   * @throws IOException when it is no JSON
   */
  public static Fields read(byte[] text) throws IOException {
    Fields fields = new Fields(new HashMap<>(), new HashMap<>());
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        read(parser, fields);
      }
    }
    return fields;
  }

  private static void read(JsonParser parser, Fields fields) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        fields.lists().put(name, objects(parser));
      } else if (token.isStructStart()) {
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        fields.scalars().put(name, parser.getText());
      }
    }
  }

  private static List<Map<String, String>> objects(JsonParser parser) throws IOException {
    List<Map<String, String>> objects = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        Fields object = new Fields(new HashMap<>(), new HashMap<>());
        read(parser, object);
        objects.add(object.scalars());
      } else {
        parser.skipChildren();
      }
    }
    return objects;
  }
}
