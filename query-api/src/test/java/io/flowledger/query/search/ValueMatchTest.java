package io.flowledger.query.search;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.IndexedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ValueMatchTest {

  private static boolean mayBeWhole(String operator, String value, String text) {
    return ValueMatch.of(operator, value).mayBe(new IndexedValue(text, true, 1));
  }

  private static boolean mayBegin(String operator, String value, String text) {
    return ValueMatch.of(operator, value).mayBe(new IndexedValue(text, false, 1));
  }

  @Test
  void aWholeValueIsWantedOrNot() {
    assertThat(mayBeWhole("sw", "AB", "abc")).isTrue();
    assertThat(mayBeWhole("sw", "AB", "a")).isFalse();
    assertThat(mayBeWhole("co", "B", "abc")).isTrue();
    assertThat(mayBeWhole("co", "B", "ac")).isFalse();
    assertThat(mayBeWhole("re", "b$", "ab")).isTrue();
    assertThat(mayBeWhole("re", "b$", "abc")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"co", "li", "re"})
  void whatIsBehindABeginningMayBeAnything(String operator) {
    assertThat(mayBegin(operator, "b", "aaa")).isTrue();
  }

  /** The last sigma of a word is another letter, and in the index any may be the last. */
  @ParameterizedTest
  @CsvSource({
    "AB, abc, true",
    "abcd, abc, true",
    "abd, abc, false",
    "b, abc, false",
    "ΟΔΟΣΑ, ΟΔΟΣ, true",
    "ΟΔΟΣ, ΟΔΟΣ, true",
    "ΟΔΟΤ, ΟΔΟΣ, false"
  })
  void aBeginningTellsWhatAValueStartsWith(String value, String beginning, boolean wanted) {
    assertThat(mayBegin("sw", value, beginning)).isEqualTo(wanted);
  }

  @Test
  void refusesOtherOperators() {
    assertThat(rejection(() -> ValueMatch.of("ne", "a")))
        .isEqualTo("400 op must be one of eq, sw, co, li, re, not 'ne'");
  }
}
