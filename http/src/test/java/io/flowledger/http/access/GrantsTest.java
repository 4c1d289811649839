package io.flowledger.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantsTest {

  @ParameterizedTest
  @CsvSource({
    "Train*, Train, true",
    "Train*, TrainFlow, true",
    "Train*, train, false",
    "Train*, MyTrain, false",
    "*Train*, MyTrainFlow, true",
    "a*b*c, a-b-c, true",
    "a*b*c, a-c-b, false",
    "a.c, abc, false",
    "a.c, a.c, true",
    "'a\\Eb*', 'a\\Ebc', true",
    "*, whatever, true",
  })
  void aStarStandsForAnyCharacters(String pattern, String flow, boolean matches) {
    assertThat(Grants.parse("reader:" + pattern).may(Permission.READ, flow)).isEqualTo(matches);
    assertThat(Grants.parse("reader:" + pattern).may(Permission.WRITE, flow)).isFalse();
  }

  @Test
  void severalRolesAreAllOfThem() {
    Grants grants = Grants.parse("reader,writer:Train*");
    assertThat(grants.may(Permission.READ, "Other")).isTrue();
    assertThat(grants.may(Permission.WRITE, "Other")).isFalse();
    assertThat(grants.may(Permission.WRITE, "TrainNet")).isTrue();
    assertThat(grants.mayWithAll(Permission.READ)).isTrue();
    assertThat(grants.mayWithAll(Permission.WRITE)).isFalse();
    assertThat(grants.may(Permission.WRITE)).isTrue();
    assertThat(grants.may(Permission.OPERATE)).isFalse();
    assertThat(grants.toString()).isEqualTo("reader,writer:Train*");
    assertThat(Grants.parse(grants.toString()).toString()).isEqualTo(grants.toString());
  }

  @Test
  void nothingIsNothing() {
    assertThat(Grants.parse("").toString()).isEmpty();
    assertThat(Grants.NONE.may(Permission.READ)).isFalse();
    assertThat(Grants.NONE.may(Permission.READ, "F")).isFalse();
  }

  /** A name that is made for it takes no time worth telling. */
  @Test
  void noNameTakesLong() {
    Grants grants = Grants.parse("reader:*a*a*b");
    assertThat(grants.may(Permission.READ, "a".repeat(255))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "boss             | 'boss' is none of reader, writer, admin",
        "reader,          | '' is none of reader, writer, admin",
        "reader:          | a pattern of flows has 1 to 255 characters",
        "reader:a b       | a pattern of flows has no blanks, commas or colons, not 'a b'",
        "reader:a:b       | a pattern of flows has no blanks, commas or colons, not 'a:b'",
        "reader:****      | a pattern of flows has 3 * at most, not '****'",
        "admin:Train*     | an admin operates the whole server, so there are none of some flows: 'admin:Train*'",
      })
  void whatCannotBe(String text, String why) {
    assertThatThrownBy(() -> Grants.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }
}
