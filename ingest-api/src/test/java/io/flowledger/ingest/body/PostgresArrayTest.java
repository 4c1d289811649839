package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are what PostgreSQL answers to {@code select array[...]::text}. */
final class PostgresArrayTest {

  private static String array(String json) {
    return JsonInput.read(
        json.getBytes(UTF_8), Limits.DEFAULTS, input -> input.metadataValue("value"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          []                          | {}
          ["items=0"]                 | {items=0}
          ["items=0", "inner=3"]      | {items=0,inner=3}
          ["it's"]                    | {it's}
          ["\\u00fcn\\u00ef"]         | {\u00fcn\u00ef}
          [";:=#%()[]"]               | {;:=#%()[]}
          ["nulls"]                   | {nulls}
          ["t", "f"]                  | {t,f}
          ["\\u00a0"]                 | {\u00a0}
          """)
  void writesPlainElementsAsTheyAre(String json, String text) {
    assertThat(array(json)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          ["a b"]                     | {"a b"}
          [" "]                       | {" "}
          [""]                        | {""}
          ["c,d"]                     | {"c,d"}
          ["{x}"]                     | {"{x}"}
          ["}"]                       | {"}"}
          ["q\\"x"]                   | {"q\\"x"}
          ["back\\\\slash"]           | {"back\\\\slash"}
          ["\\u00fcn\\u00ef \\u2603"] | {"\u00fcn\u00ef \u2603"}
          ["a", "b c", ""]            | {a,"b c",""}
          """)
  void quotesElementsThatWouldBeMistaken(String json, String text) {
    assertThat(array(json)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t", "\n", "\r", "\u000b", "\f"})
  void quotesEveryKindOfBlank(String blank) {
    String json = "[\"a\\u%04xb\"]".formatted((int) blank.charAt(0));

    assertThat(array(json)).isEqualTo("{\"a" + blank + "b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          [null]                      | {NULL}
          ["a", null]                 | {a,NULL}
          [null, 1]                   | {NULL,1}
          ["NULL"]                    | {"NULL"}
          ["null"]                    | {"null"}
          ["Null", "nulls"]           | {"Null",nulls}
          """)
  void tellsNullFromTheWord(String json, String text) {
    assertThat(array(json)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          [1, 2]                      | {1,2}
          [-3]                        | {-3}
          [1.5, 2]                    | {1.5,2}
          [12345678901]               | {12345678901}
          [1, null]                   | {1,NULL}
          [true, false]               | {t,f}
          [true, null]                | {t,NULL}
          """)
  void writesNumbersAsTheyAreAndBooleansAsLetters(String json, String text) {
    assertThat(array(json)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          [["a"], ["b"]]              | {{a},{b}}
          [["a", "b c"], ["d", null]] | {{a,"b c"},{d,NULL}}
          [[["a"]]]                   | {{{a}}}
          [[1, 2], [3, 4]]            | {{1,2},{3,4}}
          [[[1], [2]], [[3], [4]]]    | {{{1},{2}},{{3},{4}}}
          """)
  void nestsListsOfOneShape(String json, String text) {
    assertThat(array(json)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          [[]]                        | holds empty lists
          [["a"], []]                 | holds empty lists
          [[[]]]                      | holds empty lists
          [["a"], ["b", "c"]]         | holds lists of different shapes
          [["a"], [["b"]]]            | holds lists of different shapes
          [["a"], [1]]                | holds lists of different shapes
          [1, "a"]                    | mixes types
          [true, 1]                   | mixes types
          ["a", ["b"]]                | mixes types
          [null, ["a"]]               | mixes types
          [["a"], null]               | mixes types
          [[1, null], [null, "a"]]    | holds lists of different shapes
          [{"a": 1}]                  | holds an object
          [["a"], [{}]]               | holds an object
          """)
  void refusesListsThatNoArrayIs(String json, String why) {
    assertThat(rejection(() -> array(json)))
        .isEqualTo("400 value is a list that " + why + ", which cannot be stored");
  }

  @Test
  void refusesCharactersThatNoStringMayHave() {
    assertThat(rejection(() -> array("[\"a\\u0000\"]")))
        .isEqualTo("400 value contains a NUL character");
    assertThat(rejection(() -> array("[[\"\\ud800\"]]")))
        .isEqualTo("400 value contains half of a surrogate pair");
  }

  @Test
  void refusesAListThatIsCutOff() {
    assertThat(rejection(() -> array("[\"a\", ")))
        .startsWith("400 malformed JSON at line 1 column ");
    assertThat(rejection(() -> array("[[\"a\"")))
        .startsWith("400 malformed JSON at line 1 column ");
  }

  @Test
  void aListOfNullsHasTheTypeOfItsSiblings() {
    assertThat(array("[[null], [null]]")).isEqualTo("{{NULL},{NULL}}");
    assertThat(array("[[null], [\"a\"]]")).isEqualTo("{{NULL},{a}}");
    assertThat(array("[[[null]], [[1]]]")).isEqualTo("{{{NULL}},{{1}}}");
    assertThat(array("[[\"a\"], [null]]")).isEqualTo("{{a},{NULL}}");
    assertThat(array("[[null, 1], [2, null]]")).isEqualTo("{{NULL,1},{2,NULL}}");
  }
}
