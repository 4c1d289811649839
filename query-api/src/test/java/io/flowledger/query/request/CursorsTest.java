package io.flowledger.query.request;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.Cursor;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are {@code b64encode(json.dumps(keys).encode())} of Python 3. */
final class CursorsTest {

  private static String base64(String json) {
    return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
  }

  @Test
  void ofRunsTasksAndMetadata() {
    assertThat(Cursors.ofNumber("run_number", new Cursor.ByNumber(1795436674072L, 34)))
        .isEqualTo("eyJ0c19lcG9jaCI6IDE3OTU0MzY2NzQwNzIsICJydW5fbnVtYmVyIjogMzR9");
    assertThat(Cursors.ofNumber("task_id", new Cursor.ByNumber(1795436674968L, 4)))
        .isEqualTo("eyJ0c19lcG9jaCI6IDE3OTU0MzY2NzQ5NjgsICJ0YXNrX2lkIjogNH0=");
    assertThat(Cursors.ofNumber("id", new Cursor.ByNumber(1, 9)))
        .isEqualTo("eyJ0c19lcG9jaCI6IDEsICJpZCI6IDl9");
  }

  @Test
  void ofFlows() {
    assertThat(Cursors.ofName("flow_id", new Cursor.ByName(1, "F")))
        .isEqualTo("eyJ0c19lcG9jaCI6IDEsICJmbG93X2lkIjogIkYifQ==");
  }

  @Test
  void ofSteps() {
    Cursor.ByName step = new Cursor.ByName(1, "start");
    String text = Cursors.ofName("step_name", step);

    assertThat(text).isEqualTo("eyJ0c19lcG9jaCI6IDEsICJzdGVwX25hbWUiOiAic3RhcnQifQ==");
    assertThat(Cursors.name("step_name", text)).isEqualTo(step);
    assertThat(rejection(() -> Cursors.name("flow_id", text))).isEqualTo("400 Invalid cursor");
  }

  @Test
  void ofFlowsWithNamesBeyondAscii() {
    assertThat(
            Cursors.ofName("flow_id", new Cursor.ByName(1, "Fl\u00fc\u2603\uD83D\uDE00\"\\\u007f")))
        .isEqualTo(
            "eyJ0c19lcG9jaCI6IDEsICJmbG93X2lkIjogIkZsXHUwMGZjXHUyNjAzXHVkODNkXHVkZTAwXCJcXFx1MDA3ZiJ9");
  }

  @Test
  void ofArtifacts() {
    assertThat(Cursors.ofArtifact(new Cursor.ByArtifact(1, 8, "x")))
        .isEqualTo("eyJ0c19lcG9jaCI6IDEsICJ0YXNrX2lkIjogOCwgIm5hbWUiOiAieCJ9");
  }

  @Test
  void areReadBack() {
    Cursor.ByName flow = new Cursor.ByName(Long.MAX_VALUE, "Fl\u00fc\u2603\uD83D\uDE00\"\\");
    Cursor.ByNumber run = new Cursor.ByNumber(0, Long.MAX_VALUE);
    Cursor.ByArtifact artifact = new Cursor.ByArtifact(5, 8, "a\nb");

    assertThat(Cursors.name("flow_id", Cursors.ofName("flow_id", flow))).isEqualTo(flow);
    assertThat(Cursors.number("run_number", Cursors.ofNumber("run_number", run))).isEqualTo(run);
    assertThat(Cursors.artifact(Cursors.ofArtifact(artifact))).isEqualTo(artifact);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {"ts_epoch": "9999999999999", "run_number": "1"}      | 9999999999999 | 1
          {"ts_epoch": 9999999999999.9, "run_number": 1}        | 9999999999999 | 1
          {"ts_epoch": 1e3, "run_number": -1.9}                 | 1000          | 0
          {"run_number":1,"ts_epoch":2}                         | 2             | 1
          {"ts_epoch": 1, "run_number": 2, "more": [1, {}], "other": null} | 1  | 2
          {"ts_epoch": 1, "run_number": 99999999999999999999}   | 1             | 9223372036854775807
          {"ts_epoch": -99999999999999999999, "run_number": 2}  | 0             | 2
          """)
  void areReadGenerously(String json, long tsEpoch, long number) {
    assertThat(Cursors.number("run_number", base64(json)))
        .isEqualTo(new Cursor.ByNumber(tsEpoch, number));
  }

  @Test
  void aPlusSignThatArrivesAsABlankIsReadAsOne() {
    String text = Cursors.ofName("flow_id", new Cursor.ByName(1, "~~~>>>"));
    assertThat(text).isEqualTo("eyJ0c19lcG9jaCI6IDEsICJmbG93X2lkIjogIn5+fj4+PiJ9");

    assertThat(Cursors.name("flow_id", text.replace('+', ' ')))
        .isEqualTo(new Cursor.ByName(1, "~~~>>>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage123",
        "eyJ0c19lcG9jaCI6IDF9", // no run_number
        "eyJ0c19lcG9jaCI6IDEsICJydW5fbnVtYmVyIjogImEifQ==", // run_number is a
        "eyJ0c19lcG9jaCI6IG51bGwsICJydW5fbnVtYmVyIjogMX0=", // ts_epoch is null
        "!",
        "{\"ts_epoch\": 1, \"run_number\": 1}",
        "AAAA"
      })
  void refusesWhatIsNone(String text) {
    assertThat(rejection(() -> Cursors.number("run_number", text))).isEqualTo("400 Invalid cursor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "null",
        "{",
        "{\"ts_epoch\": 1, \"run_number\": ",
        "{\"ts_epoch\": 1}",
        "{\"run_number\": 1}",
        "{\"ts_epoch\": true, \"run_number\": 1}",
        "{\"ts_epoch\": [1], \"run_number\": 1}",
        "{\"ts_epoch\": \"\", \"run_number\": 1}",
        "{\"ts_epoch\": \" 1\", \"run_number\": 1}x{"
      })
  void refusesJsonThatIsNone(String json) {
    assertThat(rejection(() -> Cursors.number("run_number", base64(json))))
        .isEqualTo("400 Invalid cursor");
  }

  @Test
  void refusesTheCursorOfAnotherListing() {
    String run = Cursors.ofNumber("run_number", new Cursor.ByNumber(1, 2));

    assertThat(rejection(() -> Cursors.name("flow_id", run))).isEqualTo("400 Invalid cursor");
    assertThat(rejection(() -> Cursors.artifact(run))).isEqualTo("400 Invalid cursor");
    assertThat(rejection(() -> Cursors.number("task_id", run))).isEqualTo("400 Invalid cursor");
  }

  @Test
  void refusesNamesWithNul() {
    String text = base64("{\"ts_epoch\": 1, \"flow_id\": \"a\\u0000\"}");

    assertThat(rejection(() -> Cursors.name("flow_id", text))).isEqualTo("400 Invalid cursor");
  }

  /** Such a number takes ages to write out in full, were it tried. */
  @ParameterizedTest
  @CsvSource({
    "1e999999999, 9223372036854775807",
    "-1e999999999, 0",
    "1e100000000, 9223372036854775807",
    "1e-999999999, 0",
    "-0.1, 0",
    "0e999999999, 0",
    "9223372036854775808, 9223372036854775807",
    "9223372036854775807, 9223372036854775807"
  })
  void cutsNumbersOfAbsurdSizeAtOnce(String number, long read) {
    String text = base64("{\"ts_epoch\": " + number + ", \"run_number\": 1}");

    assertThat(Cursors.number("run_number", text)).isEqualTo(new Cursor.ByNumber(read, 1));
  }
}
