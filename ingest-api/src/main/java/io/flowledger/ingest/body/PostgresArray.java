package io.flowledger.ingest.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flowledger.http.refusal.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON list as the text that PostgreSQL gives an array of its elements: Metaflow sends {@code
 * foreach-stack} as a list, and gets this text back from the reference service. Elements have one
 * type, lists in lists have one length, objects have no such text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">PostgreSQL: array
 *     input and output syntax</a>
 */
final class PostgresArray {

  private enum Type {
    STRING,
    NUMBER,
    BOOLEAN,
    LIST
  }

  private final JsonParser parser;
  private final String what;
  private final StringBuilder text = new StringBuilder();

  private PostgresArray(JsonParser parser, String what) {
    this.parser = parser;
    this.what = what;
  }

  /**
   * Reads the list that the parser is at the start of.
   *
   * @throws RefusedException 400 when the list has no such text
   */
  static String read(JsonParser parser, String what) throws IOException {
    PostgresArray array = new PostgresArray(parser, what);
    array.list();
    return array.text.toString();
  }

  /**
   * What a list has in common with those beside it.
   *
   * @param lengths its own, then those of the lists in it
   * @param of what its elements are at the bottom; null where they all are null, which fits any
   */
  private record Shape(List<Integer> lengths, @Nullable Type of) {

    boolean fits(Shape other) {
      return lengths.equals(other.lengths) && (of == null || other.of == null || of == other.of);
    }

    Shape around(int length) {
      return new Shape(Stream.concat(Stream.of(length), lengths.stream()).toList(), of);
    }
  }

  private Shape list() throws IOException {
    Type type = null;
    Shape inner = null;
    boolean nulls = false;
    int length = 0;
    text.append('{');
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (length++ > 0) {
        text.append(',');
      }
      if (token == JsonToken.VALUE_NULL) {
        text.append("NULL");
        nulls = true;
        continue;
      }
      Type found = type(token);
      if (type != null && type != found) {
        throw refused("mixes types");
      }
      type = found;
      if (found == Type.LIST) {
        Shape shape = list();
        if (shape.lengths().get(0) == 0) {
          throw refused("holds empty lists");
        }
        if (inner != null && !inner.fits(shape)) {
          throw refused("holds lists of different shapes");
        }
        inner = inner == null || inner.of() == null ? shape : inner;
      } else {
        element(found);
      }
    }
    text.append('}');
    if (inner == null) {
      return new Shape(List.of(length), type);
    }
    if (nulls) {
      throw refused("mixes types");
    }
    return inner.around(length);
  }

  private Type type(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> Type.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Type.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Type.BOOLEAN;
      case START_ARRAY -> Type.LIST;
      default -> throw refused("holds an object");
    };
  }

  private void element(Type type) throws IOException {
    switch (type) {
      case NUMBER -> text.append(parser.getText());
      case BOOLEAN -> text.append(parser.getText().charAt(0)); // t or f
      default -> {
        String element = parser.getText();
        NameCheck.characters(element, what);
        quoted(element);
      }
    }
  }

  private void quoted(String element) {
    if (!needsQuotes(element)) {
      text.append(element);
      return;
    }
    text.append('"');
    for (int i = 0; i < element.length(); i++) {
      char c = element.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }

  private static boolean needsQuotes(String element) {
    if (element.isEmpty() || element.equalsIgnoreCase("NULL")) {
      return true;
    }
    return element.chars().anyMatch(c -> "{},\"\\ \t\n\r\u000b\f".indexOf(c) >= 0);
  }

  private RuntimeException refused(String why) {
    return RefusedException.malformed(what + " is a list that " + why + ", which cannot be stored");
  }
}
