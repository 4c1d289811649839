package io.flowledger.ingest.imports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonInput;
import io.flowledger.ingest.body.NameCheck;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A line of an export, with the event in it as it was. Events are read by their schemas: what a
 * schema does not know is refused, since it would be lost.
 *
 * @param event an event or a heartbeat; null for a record that no build could read
 * @param verdict what became of it where it comes from: applied, superseded or rejected
 */
record ImportLine(@Nullable SpecificRecord event, String verdict) {

  static final String APPLIED = "applied";
  static final String SUPERSEDED = "superseded";
  static final String REJECTED = "rejected";

  private static final Set<String> VERDICTS = Set.of(APPLIED, SUPERSEDED, REJECTED);
  private static final Map<String, Schema> TYPES =
      Stream.of(EventTypes.EVENTS, EventTypes.HEARTBEATS)
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableMap(Schema::getName, Function.identity()));

  /**
   * Reads a line.
   *
   * @throws RefusedException 400 that says what is wrong
   */
  static ImportLine parse(byte[] line) {
    JsonInput.checkEncoding(line);
    try (JsonParser parser = JsonInput.JSON.createParser(line)) {
      parser.nextToken();
      ImportLine read = new Reader(parser).line();
      if (parser.nextToken() != null) {
        throw RefusedException.malformed("the line goes on after the end of its object");
      }
      return read;
    } catch (StreamConstraintsException e) {
      throw RefusedException.malformed("it is nested too deep");
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed(
          "malformed JSON at column %d: %s"
              .formatted(
                  e.getLocation().getColumnNr(), JsonInput.withoutAdvice(e.getOriginalMessage())));
    } catch (IOException e) {
      throw RefusedException.malformed("malformed JSON: " + e.getMessage());
    }
  }

  /** What all events have in common; empty where there is none. */
  Optional<Envelope> envelope() {
    return event == null ? Optional.empty() : Envelope.of(event);
  }

  /** The event of a line that is known to have one. */
  SpecificRecord present() {
    return Objects.requireNonNull(event, "a line with an event");
  }

  /**
   * Where in a line a value is, as text only when it is told.
   *
   * @param part name of a field, or number in a list
   */
  private record Place(@Nullable Place in, Object part) {
    @Override
    public String toString() {
      if (in == null) {
        return part.toString();
      }
      return part instanceof Integer ? in + "[" + part + "]" : in + ": " + part;
    }
  }

  private static final class Reader {
    private final JsonParser parser;

    Reader(JsonParser parser) {
      this.parser = parser;
    }

    ImportLine line() throws IOException {
      require(JsonToken.START_OBJECT, "a line", "an object");
      Schema type = null;
      String verdict = APPLIED;
      SpecificRecord event = null;
      boolean hasEvent = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "type" -> type = type();
          case "verdict" -> verdict = verdict();
          case "event" -> {
            hasEvent = true;
            event = event(type);
          }
          default -> parser.skipChildren();
        }
      }
      if (!hasEvent) {
        throw RefusedException.malformed("event is missing");
      }
      return new ImportLine(event, verdict);
    }

    private @Nullable Schema type() throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      String name = string("type");
      Schema type = TYPES.get(name);
      if (type == null) {
        throw RefusedException.malformed("type '" + name + "' is not known to this version");
      }
      return type;
    }

    private String verdict() throws IOException {
      String verdict = string("verdict");
      if (!VERDICTS.contains(verdict)) {
        throw RefusedException.malformed("verdict must be applied, superseded or rejected");
      }
      return verdict;
    }

    private @Nullable SpecificRecord event(@Nullable Schema type) throws IOException {
      if (type != null) {
        return (SpecificRecord) object(type, new Place(null, "event"));
      }
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      throw RefusedException.malformed("type must be there, before event");
    }

    private IndexedRecord object(Schema schema, Place what) throws IOException {
      require(JsonToken.START_OBJECT, what, "an object");
      IndexedRecord record = (IndexedRecord) SpecificData.get().newRecord(null, schema);
      boolean[] set = new boolean[schema.getFields().size()];
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Schema.Field field = schema.getField(name);
        if (field == null) {
          throw RefusedException.malformed(
              "%s: %s is not known to this version".formatted(what, name));
        }
        parser.nextToken();
        record.put(field.pos(), value(field.schema(), new Place(what, name)));
        set[field.pos()] = true;
      }
      for (Schema.Field field : schema.getFields()) {
        if (!set[field.pos()] && !field.hasDefaultValue()) {
          throw RefusedException.malformed("%s: %s is missing".formatted(what, field.name()));
        }
      }
      return record;
    }

    private @Nullable Object value(Schema schema, Place what) throws IOException {
      return switch (schema.getType()) {
        case UNION ->
            parser.currentToken() == JsonToken.VALUE_NULL
                ? null
                : value(schema.getTypes().get(1), what);
        case RECORD -> object(schema, what);
        case ARRAY -> list(schema.getElementType(), what);
        case STRING -> string(what);
        case FIXED ->
            SpecificData.get().createFixed(null, bytes(what, schema.getFixedSize()), schema);
        case LONG -> {
          require(JsonToken.VALUE_NUMBER_INT, what, "an integer");
          yield parser.getLongValue();
        }
        case INT -> {
          require(JsonToken.VALUE_NUMBER_INT, what, "an integer");
          yield parser.getIntValue();
        }
        default -> throw new IllegalStateException("no event has a " + schema.getType());
      };
    }

    private List<@Nullable Object> list(Schema element, Place what) throws IOException {
      require(JsonToken.START_ARRAY, what, "a list");
      List<@Nullable Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(element, new Place(what, list.size())));
      }
      return list;
    }

    private byte[] bytes(Place what, int count) throws IOException {
      String hex = string(what);
      if (hex.length() != 2 * count || !isLowerCaseHex(hex)) {
        throw RefusedException.malformed(
            "%s must be %d hexadecimal digits".formatted(what, 2 * count));
      }
      return HexFormat.of().parseHex(hex);
    }

    private String string(Object what) throws IOException {
      require(JsonToken.VALUE_STRING, what, "a string");
      return NameCheck.pairs(parser.getText(), what);
    }

    private static boolean isLowerCaseHex(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
          return false;
        }
      }
      return true;
    }

    private void require(JsonToken token, Object what, String kind) throws IOException {
      if (parser.currentToken() != token) {
        throw RefusedException.malformed("%s must be %s".formatted(what, kind));
      }
    }
  }
}
