package io.flowledger.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LikeTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          abc     | abc    | true
          abc     | ab     | false
          ab      | abc    | false
          %       | ``     | true
          %       | abc    | true
          a%      | abc    | true
          %c      | abc    | true
          %b%     | abc    | true
          %b      | abc    | false
          a_c     | abc    | true
          ___     | abc    | true
          __      | abc    | false
          _       | ``     | false
          %a%b%   | xaxbx  | true
          %a%b%   | xbxax  | false
          %ab     | abaab  | true
          ``      | ``     | true
          ``      | a      | false
          50\\%   | 50%    | true
          50\\%   | 500    | false
          a\\_c   | a_c    | true
          a\\_c   | abc    | false
          a\\\\c  | a\\c   | true
          %\\%    | abc%   | true
          %\\%    | abc    | false
          a\\     | a\\    | true
          """)
  void matchesAsSqlDoes(String pattern, String text, boolean matches) {
    assertThat(Like.matches(pattern, text)).isEqualTo(matches);
  }

  @Test
  void agreesWithTheDefinitionOnRandomPatterns() {
    Random random = Seed.random("LikeTest");
    int matching = 0;
    for (int i = 0; i < 200_000; i++) {
      String pattern = text(random, "ab%_\\", 8);
      String text = text(random, "ab%\\", 8);
      boolean expected = definition(pattern, 0, text, 0);
      matching += expected ? 1 : 0;

      assertThat(Like.matches(pattern, text))
          .as("'%s' like '%s'", text, pattern)
          .isEqualTo(expected);
    }
    assertThat(matching).isGreaterThan(1000);
  }

  private static String text(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(longest + 1); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean definition(String pattern, int p, String text, int t) {
    if (p == pattern.length()) {
      return t == text.length();
    }
    char c = pattern.charAt(p);
    if (c == '%') {
      return definition(pattern, p + 1, text, t)
          || (t < text.length() && definition(pattern, p, text, t + 1));
    }
    if (t == text.length()) {
      return false;
    }
    if (c == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == text.charAt(t) && definition(pattern, p + 2, text, t + 1);
    }
    return (c == '_' || c == text.charAt(t)) && definition(pattern, p + 1, text, t + 1);
  }

  @Test
  void takesNoExponentialTime() {
    String text = "a".repeat(20_000);

    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> assertThat(Like.matches("%a".repeat(50) + "%b", text)).isFalse());
  }
}
