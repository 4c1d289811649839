package io.flowledger.projector.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python's {@code json.dumps} answers for the same values. */
class JsonTextTest {

  private static String string(String value) {
    return new JsonText(8).string(value).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0000, \\u0000",
    "0008, \\b",
    "0009, \\t",
    "000a, \\n",
    "000b, \\u000b",
    "000c, \\f",
    "000d, \\r",
    "001f, \\u001f",
    "0020, ' '",
    "0022, \\\"",
    "0027, \"'\"",
    "002f, /",
    "005c, \\\\",
    "007e, ~",
    "007f, \\u007f",
    "0080, \\u0080",
    "00e9, \\u00e9",
    "2028, \\u2028",
    "ffff, \\uffff",
    "1f600, \\ud83d\\ude00"
  })
  void escapesAllThatIsNotPrintableAscii(String codePoint, String escaped) {
    String text = new String(Character.toChars(Integer.parseInt(codePoint, 16)));
    String expected = codePoint.equals("0027") ? "'" : escaped;

    assertThat(string("a" + text + "z")).isEqualTo("\"a" + expected + "z\"");
  }

  @Test
  void hasASpaceAfterEveryCommaOfAList() {
    assertThat(new JsonText(8).strings(List.of("a", "b\"", "c")))
        .hasToString("[\"a\", \"b\\\"\", \"c\"]");
    assertThat(new JsonText(8).strings(List.of())).hasToString("[]");
  }

  @Test
  void hasNulls() {
    assertThat(new JsonText(8).string(null).raw(" ").strings(null)).hasToString("null null");
  }

  @Test
  void hasNumbers() {
    assertThat(new JsonText(8).number(Long.MIN_VALUE).raw(" ").number(0))
        .hasToString("-9223372036854775808 0");
  }

  @Test
  void isOneBytePerCharacter() {
    JsonText text = new JsonText(8).string("ü\ud83d\ude00");

    assertThat(text.length()).isEqualTo(20);
    assertThat(text.toBytes()).hasSize(20);
  }
}
