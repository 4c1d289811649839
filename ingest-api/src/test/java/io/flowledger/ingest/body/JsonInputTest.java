package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonInputTest {

  /** Names of 5 characters, values of 12 bytes, lists of 3 entries. */
  private static final Limits LIMITS =
      Limits.DEFAULTS.withMaxNameLength(5).withMaxValueBytes(12).withMaxEntries(3);

  private static <T> T read(String body, JsonInput.Reader<T> reader) {
    return JsonInput.read(body.getBytes(UTF_8), LIMITS, reader);
  }

  private static String name(String body) {
    return read(body, input -> input.name("it"));
  }

  private static String text(String body) {
    return read(body, input -> input.text("it"));
  }

  private static String value(String body) {
    return read(body, input -> input.metadataValue("it"));
  }

  private static int integer(String body) {
    return read(body, input -> input.integer("it"));
  }

  private static List<String> strings(String body) {
    return read(body, input -> input.strings("it"));
  }

  /** Names of the fields of an object, none of which is read. */
  private static List<String> fields(String body) {
    return read(
        body,
        input -> {
          List<String> names = new ArrayList<>();
          input.object("it", names::add);
          return names;
        });
  }

  private static int entries(String body) {
    return read(body, input -> input.list("it", index -> input.integer("entry " + index)));
  }

  // ---- the body as a whole ---------------------------------------------------------------------

  @Test
  void refusesARequestWithoutABody() {
    assertThat(rejection(() -> name(""))).isEqualTo("400 the request has no body, JSON expected");
  }

  @Test
  void refusesABodyOfBlanks() {
    assertThat(rejection(() -> name(" \n "))).isEqualTo("400 it must be a string, not nothing");
  }

  @Test
  void saysWhereJsonIsMalformed() {
    assertThat(rejection(() -> fields("{\n  nope")))
        .isEqualTo(
            "400 malformed JSON at line 2 column 3: Unexpected character ('n' (code 110)):"
                + " was expecting double-quote to start field name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{\"a\"", "{\"a\":", "{\"a\": [1, {\"b\"", "{'a': 1}", "{\"a\": 1,}", "{,}"})
  void refusesWhatIsNoJsonObject(String body) {
    assertThat(rejection(() -> fields(body))).startsWith("400 malformed JSON at line 1 column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "NaN", "01", "\"a", "\"\\x\"", "\"\t\"", "'a'", "/* */ 1"})
  void refusesWhatIsNoJsonValue(String body) {
    assertThat(rejection(() -> value(body))).startsWith("400 malformed JSON at line 1 column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\" \"b\"", "\"a\" {}", "\"a\" null", "\"a\"[]"})
  void refusesWhatFollowsTheValue(String body) {
    assertThat(rejection(() -> name(body)))
        .isEqualTo("400 the body goes on after the end of its JSON value");
  }

  @Test
  void refusesGarbageAfterTheValue() {
    assertThat(rejection(() -> fields("{} }")))
        .startsWith("400 malformed JSON at line 1 column 4: ");
  }

  @Test
  void takesBlanksAroundTheValue() {
    assertThat(name(" \r\n\t\"a\" \r\n\t")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\u00ff\"", // no first byte of anything
        "\"\u0080\"", // a middle byte without a first one
        "\"\u00c3\"", // a first byte without a middle one
        "\"\u00e2\u0098\"", // a cut-off character
      })
  void refusesBytesThatAreNotUtf8(String bytes) {
    assertThat(
            rejection(
                () ->
                    JsonInput.read(bytes.getBytes(ISO_8859_1), LIMITS, input -> input.name("it"))))
        .isEqualTo("400 the body is not UTF-8");
  }

  @Test
  void takesNestingUpToADepthOf64() {
    assertThat(fields("{\"a\": " + "[".repeat(63) + "]".repeat(63) + "}")).containsExactly("a");
    assertThat(rejection(() -> fields("{\"a\": " + "[".repeat(64) + "]".repeat(64) + "}")))
        .isEqualTo("400 the body is nested deeper than 64 levels");
  }

  // ---- objects and lists -----------------------------------------------------------------------

  @Test
  void skipsTheFieldsThatNobodyReads() {
    assertThat(fields("{\"a\": {\"x\": [1, {}]}, \"b\": [[], {\"y\": 1}], \"c\": null, \"d\": 1}"))
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void lastOfTwoFieldsOfOneNameCounts() {
    List<String> last = new ArrayList<>();
    read(
        "{\"a\": \"1\", \"b\": \"2\", \"a\": \"3\"}",
        input -> {
          input.object("it", name -> last.add(name + "=" + input.name(name)));
          return last;
        });

    assertThat(last).containsExactly("a=1", "b=2", "a=3");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          []         | 400 it must be an object, not a list
          null       | 400 it must be an object, not null
          true       | 400 it must be an object, not true
          1.50       | 400 it must be an object, not 1.50
          "x"        | 400 it must be an object, not 'x'
          """)
  void refusesWhatIsNoObject(String body, String message) {
    assertThat(rejection(() -> fields(body))).isEqualTo(message);
  }

  @Test
  void quotesOnlyTheBeginningOfALongString() {
    assertThat(rejection(() -> fields('"' + "x".repeat(40) + '"')))
        .isEqualTo("400 it must be an object, not '" + "x".repeat(40) + "'");
    assertThat(rejection(() -> fields('"' + "x".repeat(41) + '"')))
        .isEqualTo("400 it must be an object, not '" + "x".repeat(40) + "...'");
  }

  @Test
  void readsAListOfAsManyEntriesAsAreAllowed() {
    assertThat(entries("[]")).isZero();
    assertThat(entries("[1, 2, 3]")).isEqualTo(3);
    assertThat(rejection(() -> entries("[1, 2, 3, 4]")))
        .isEqualTo("413 it has more than 3 entries");
    assertThat(rejection(() -> entries("{}"))).isEqualTo("400 it must be a list, not an object");
    assertThat(rejection(() -> entries("[1, []]")))
        .isEqualTo("400 entry 1 must be an integer, not a list");
  }

  // ---- strings ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "null", "[]", "{}"})
  void refusesWhatIsNoString(String body) {
    assertThat(rejection(() -> name(body))).startsWith("400 it must be a string, not ");
    assertThat(rejection(() -> text(body))).startsWith("400 it must be a string, not ");
  }

  @Test
  void measuresNamesInCharacters() {
    assertThat(name("\"\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\""))
        .isEqualTo("\uD83D\uDE00".repeat(5));
    assertThat(rejection(() -> name("\"abcdef\""))).isEqualTo("400 it is longer than 5 characters");
  }

  @Test
  void measuresTextsInBytes() {
    assertThat(text("\"abcdefghijkl\"")).isEqualTo("abcdefghijkl");
    assertThat(text("\"\u2603\u2603\u2603\u2603\"")).isEqualTo("\u2603\u2603\u2603\u2603");
    assertThat(rejection(() -> text("\"abcdefghijklm\"")))
        .isEqualTo("413 it is longer than 12 bytes");
    assertThat(rejection(() -> text("\"\u2603\u2603\u2603\u2603a\"")))
        .isEqualTo("413 it is longer than 12 bytes");
  }

  @Test
  void refusesNulCharacters() {
    assertThat(rejection(() -> name("\"a\\u0000\""))).isEqualTo("400 it contains a NUL character");
    assertThat(rejection(() -> value("\"a\\u0000\""))).isEqualTo("400 it contains a NUL character");
    assertThat(rejection(() -> strings("[\"a\\u0000\"]")))
        .isEqualTo("400 each of it contains a NUL character");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ude00\\ud83d\"",
        "\"\\ud83da\"",
        "\"a\\ud83d\""
      })
  void refusesHalvesOfSurrogatePairs(String body) {
    assertThat(rejection(() -> name(body))).isEqualTo("400 it contains half of a surrogate pair");
  }

  @Test
  void takesSurrogatePairsEscapedOrNot() {
    assertThat(name("\"\\ud83d\\ude00\"")).isEqualTo("\uD83D\uDE00");
    assertThat(name("\"\uD83D\uDE00\"")).isEqualTo("\uD83D\uDE00");
  }

  @Test
  void refusesAHalfOfASurrogatePairThatIsEncodedAsItIs() {
    byte[] body = "\"\u00ed\u00a0\u00bd\"".getBytes(ISO_8859_1); // U+D83D in the manner of UTF-8

    assertThat(rejection(() -> JsonInput.read(body, LIMITS, input -> input.name("it"))))
        .isEqualTo("400 the body is not UTF-8");
  }

  @Test
  void readsListsOfStrings() {
    assertThat(strings("[]")).isEmpty();
    assertThat(strings("[\"b\", \"\", \"a\", \"b\"]")).containsExactly("b", "", "a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          null                   | 400 it must be a list of strings, not null
          "a"                    | 400 it must be a list of strings, not 'a'
          {"a": 1}               | 400 it must be a list of strings, not an object
          [1]                    | 400 each of it must be a string, not 1
          ["a", null]            | 400 each of it must be a string, not null
          [["a"]]                | 400 each of it must be a string, not a list
          ["abc", "abcdefghijklm"] | 413 it is longer than 12 bytes
          """)
  void refusesWhatIsNoListOfStrings(String body, String message) {
    assertThat(rejection(() -> strings(body))).isEqualTo(message);
  }

  @Test
  void takesNullWhereItMayBe() {
    boolean noName = read("null", input -> input.nullableName("it") == null);
    boolean noStrings = read("null", input -> input.nullableStrings("it") == null);

    assertThat(noName).isTrue();
    assertThat(noStrings).isTrue();
  }

  // ---- numbers and values ----------------------------------------------------------------------

  @Test
  void takesIntegersOf32BitsAlsoAsStrings() {
    assertThat(integer("2147483647")).isEqualTo(2147483647);
    assertThat(integer("-2147483648")).isEqualTo(-2147483648);
    assertThat(integer("\"7\"")).isEqualTo(7);
    assertThat(integer("\"-7\"")).isEqualTo(-7);
    assertThat(integer("1.0")).isEqualTo(1);
    assertThat(integer("-2e3")).isEqualTo(-2000);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          1.5        | 400 it must be an integer, not 1.5
          1e-3       | 400 it must be an integer, not 1e-3
          1e999999999 | 400 it must be an integer, not 1e999999999
          true       | 400 it must be an integer, not true
          null       | 400 it must be an integer, not null
          2147483648 | 400 it must be an integer of 32 bits, not 2147483648
          ""         | 400 it must be an integer of 32 bits, not ''
          "abc"      | 400 it must be an integer of 32 bits, not 'abc'
          """)
  void refusesWhatIsNoInteger(String body, String message) {
    assertThat(rejection(() -> integer(body))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "5",
        "-5",
        "1.50",
        "-0.0",
        "1e+100",
        "1e-07",
        "123456789012",
        "true",
        "false"
      })
  void keepsNumbersAndBooleansAsTheirJsonText(String body) {
    assertThat(value(body)).isEqualTo(body);
  }

  @Test
  void keepsValuesThatAreStrings() {
    assertThat(value("\"\"")).isEmpty();
    assertThat(value("\" \"")).isEqualTo(" ");
    assertThat(value("\"line\\nbreak\"")).isEqualTo("line\nbreak");
    assertThat(value("\"NULL\"")).isEqualTo("NULL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{\"a\": 1}"})
  void refusesOtherValues(String body) {
    assertThat(rejection(() -> value(body)))
        .isEqualTo("400 it must be a string, a number, a boolean or a list");
  }

  @Test
  void measuresValuesOfEveryKind() {
    assertThat(rejection(() -> value("\"abcdefghijklm\"")))
        .isEqualTo("413 it is longer than 12 bytes");
    assertThat(rejection(() -> value("1234567890123"))).isEqualTo("413 it is longer than 12 bytes");
    assertThat(value("[\"abcdefghij\"]")).isEqualTo("{abcdefghij}");
    assertThat(rejection(() -> value("[\"abcdefghijk\"]")))
        .isEqualTo("413 it is longer than 12 bytes");
  }
}
