package io.flowledger.query.filter;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegularExpressionTest {

  private static final String TOO_LARGE =
      "400 the regular expression is too large when its repeats are written out";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{50}){50}){50}){50}",
        "((a?){50}){50}",
        "(((()){50}){50}){50}",
        "((a{50})\\Q\\E{50}){50}",
        "((a{50})(?i){50}){50}",
        "([[:alpha:]{50}]{50}[^]{2}]{50}){51}",
        "(\\p{Greek}{50}){101}",
        "(a{1000}){1000}",
        "(a{999999999999}){1000}",
        "(abcdefghij){501}"
      })
  void repeatsInOneAnotherAreBounded(String expression) {
    assertThat(rejection(() -> RegularExpression.finder(expression))).isEqualTo(TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource({
    "'[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}', 39",
    "'a{2,5}', 5",
    "'a{3,}', 3",
    "'a{0}', 1",
    "'(ab|c){3}', 15",
    "'\\x{10FFFF}\\{2}', 4",
    "'\\Qa{9}\\E{2}', 6",
    "'[]{9}[:alpha:]\\]]{2}?', 2",
    "'(?i)(?:a*)+', 3",
    "'a)b', 3"
  })
  void theSizeIsThatWithAllRepeatsWrittenOut(String expression, long size) {
    assertThat(ExpressionSize.of(expression)).isEqualTo(size);
  }

  /** What is as large as can be still runs on the stack of any thread. */
  @ParameterizedTest
  @ValueSource(strings = {"(a?){1000}(b?){249}", "(a*){1000}", "((a|b)?){800}", "a{0,1000}"})
  void whatIsNotTooLargeRuns(String expression) {
    assertThat(RegularExpression.finder(expression).test("xyz".repeat(1000))).isTrue();
  }

  @Test
  void whateverItIsTheSizeIsTold() {
    Random random = Seed.random("RegularExpressionTest");
    String characters = "a()[]{}\\QExp:^?*2,-|";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      assertThat(ExpressionSize.of(text.toString())).as(text.toString()).isNotNegative();
    }
  }
}
