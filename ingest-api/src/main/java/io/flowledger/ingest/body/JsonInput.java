package io.flowledger.ingest.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.Identifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body piece by piece and refuses what is not as it should be, naming it. Strings
 * with NUL characters or unpaired surrogates are refused everywhere: no store keeps them unchanged.
 */
public final class JsonInput implements AutoCloseable {

  private static final int MAX_DEPTH = 64;
  private static final int MOST_STRINGS = 10_000;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  public static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  // The body is limited, so what is in it is.
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private final Limits limits;

  private JsonInput(JsonParser parser, Limits limits) {
    this.parser = parser;
    this.limits = limits;
  }

  /** Reads a body with a reader that starts at its first token. */
  public interface Reader<T> {
    T read(JsonInput input) throws IOException;
  }

  /** Reads the value of a field; one that it does not read is skipped. */
  public interface FieldReader {
    void field(String name) throws IOException;
  }

  /** Reads an entry of a list. */
  interface EntryReader {
    void entry(int index) throws IOException;
  }

  /**
   * The whole body, which is one JSON value.
   *
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static <T> T read(byte[] body, Limits limits, Reader<T> reader) {
    if (body.length == 0) {
      throw RefusedException.malformed("the request has no body, JSON expected");
    }
    return read(JsonPiece.whole(body), limits, reader);
  }

  /**
   * A piece of a body, which is one JSON value.
   *
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static <T> T read(JsonPiece piece, Limits limits, Reader<T> reader) {
    checkEncoding(piece);
    try (JsonInput input = new JsonInput(piece.parser(), limits)) {
      input.parser.nextToken();
      T result = reader.read(input);
      if (input.parser.nextToken() != null) {
        throw RefusedException.malformed(piece.what() + " goes on after the end of its JSON value");
      }
      return result;
    } catch (IOException e) {
      throw malformed(piece, e);
    }
  }

  /** What to answer when the parser has failed. */
  public static RefusedException malformed(JsonPiece piece, IOException cause) {
    if (cause instanceof StreamConstraintsException) {
      return RefusedException.malformed(
          piece.what() + " is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (cause instanceof JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return RefusedException.malformed(
          "malformed JSON at line %d column %d: %s"
              .formatted(piece.line(at), at.getColumnNr(), withoutAdvice(e.getOriginalMessage())));
    }
    return RefusedException.malformed("malformed JSON: " + cause.getMessage());
  }

  public static void checkEncoding(byte[] body) {
    checkEncoding(JsonPiece.whole(body));
  }

  /**
   * The parser lets some sequences pass that are not UTF-8. It takes NUL bytes for a sign of
   * another encoding, and where they stand behind the value of a line, what has lost its end is
   * meant.
   */
  public static void checkEncoding(JsonPiece piece) {
    byte[] bytes = piece.bytes();
    boolean ascii = true;
    for (int i = piece.start(); i < piece.end(); i++) {
      if (bytes[i] == 0) {
        throw RefusedException.malformed(piece.what() + " contains a NUL byte");
      }
      if (bytes[i] < 0 && ascii) {
        ascii = false;
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, i, piece.end() - i));
        } catch (CharacterCodingException e) {
          throw RefusedException.malformed(piece.what() + " is not UTF-8");
        }
      }
    }
  }

  /** What the parser says to its programmer is of no use to a client. */
  public static String withoutAdvice(String message) {
    return message.replaceFirst("(?s)(: enable `| \\((?:for|start marker|not recognized) ).*", "");
  }

  /** Reads an object; of a field that is there twice the last one counts. */
  public void object(String what, FieldReader reader) throws IOException {
    require(parser.currentToken() == JsonToken.START_OBJECT, what, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      reader.field(name);
      if (value.isStructStart() && parser.currentToken() == value) {
        parser.skipChildren();
      }
    }
  }

  /** Reads a list of at most as many entries as a request may have. */
  int list(String what, EntryReader reader) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, what, "a list");
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (index >= limits.maxEntries()) {
        throw RefusedException.tooLarge(
            "%s has more than %d entries".formatted(what, limits.maxEntries()));
      }
      reader.entry(index++);
    }
    return index;
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** A name or id. */
  public String name(String what) throws IOException {
    return NameCheck.name(string(what), what, limits);
  }

  /** A name that paths have. */
  public String nameInPath(String what) throws IOException {
    return NameCheck.inPath(string(what), what, limits);
  }

  public @Nullable String nullableName(String what) throws IOException {
    return isNull() ? null : name(what);
  }

  /** The number or the name of a run or task, as it would stand in a path. */
  public String identifier(String what) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      String digits = parser.getText();
      require(Identifier.isNumber(digits), what, "a name or a number");
      return digits;
    }
    require(parser.currentToken() == JsonToken.VALUE_STRING, what, "a name or a number");
    return nameInPath(what);
  }

  /** A text that may be long. */
  String text(String what) throws IOException {
    return checkSize(NameCheck.characters(string(what), what), what);
  }

  /** A list of strings, or null. */
  @Nullable List<String> nullableStrings(String what) throws IOException {
    return isNull() ? null : strings(what);
  }

  /** So many, and as many bytes as one value may have: what has them is read as a whole. */
  List<String> strings(String what) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, what, "a list of strings");
    List<String> strings = new ArrayList<>();
    int bytes = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String each = "each of " + what;
      String next = NameCheck.characters(string(each), each);
      bytes += next.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > limits.maxValueBytes()) {
        throw RefusedException.tooLarge(
            "%s is longer than %d bytes".formatted(what, limits.maxValueBytes()));
      }
      if (strings.size() == MOST_STRINGS) {
        throw RefusedException.tooLarge("%s are more than %d".formatted(what, MOST_STRINGS));
      }
      strings.add(next);
    }
    return strings;
  }

  /**
   * A 32-bit integer, also as a string, as the reference service takes it. JSON has numbers, so
   * {@code 7.0} is one too.
   */
  public int integer(String what) throws IOException {
    JsonToken token = parser.currentToken();
    OptionalInt whole = whole();
    if (whole.isPresent()) {
      return whole.getAsInt();
    }
    require(
        token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING, what, "an integer");
    try {
      if (INTEGER.matcher(parser.getText()).matches()) {
        return Integer.parseInt(parser.getText());
      }
    } catch (NumberFormatException beyond32Bits) {
      // told below
    }
    throw RefusedException.malformed(
        "%s must be an integer of 32 bits, not %s".formatted(what, shortened()));
  }

  /** A number that is written with a fraction or an exponent, but has no fraction. */
  private OptionalInt whole() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(parser.getDecimalValue().intValueExact());
    } catch (ArithmeticException notWhole) {
      return OptionalInt.empty();
    }
  }

  /** A metadata value as the text that is stored: see {@link PostgresArray} for lists. */
  String metadataValue(String what) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> text(what);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          checkSize(parser.getText(), what);
      case START_ARRAY -> checkSize(PostgresArray.read(parser, what), what);
      default ->
          throw RefusedException.malformed(
              what + " must be a string, a number, a boolean or a list");
    };
  }

  private String string(String what) throws IOException {
    require(parser.currentToken() == JsonToken.VALUE_STRING, what, "a string");
    return parser.getText();
  }

  private String checkSize(String text, String what) {
    int limit = limits.maxValueBytes();
    // A character takes at most 3 bytes of UTF-8, so most texts need not be encoded to be measured.
    if (text.length() > limit / 3 && text.getBytes(StandardCharsets.UTF_8).length > limit) {
      throw RefusedException.tooLarge("%s is longer than %d bytes".formatted(what, limit));
    }
    return text;
  }

  private void require(boolean holds, String what, String kind) throws IOException {
    if (!holds) {
      throw RefusedException.malformed("%s must be %s, not %s".formatted(what, kind, shortened()));
    }
  }

  private String shortened() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> {
        String text = parser.getText();
        yield '\'' + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + '\'';
      }
      default -> parser.getText();
    };
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException("closing memory", impossible);
    }
  }
}
