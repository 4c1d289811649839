package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationTest {

  private static final Limits LIMITS = Limits.DEFAULTS;

  private static Registration parse(String body) {
    return Registration.parse(body.getBytes(UTF_8), LIMITS, "run_number");
  }

  @Test
  void readsAllFields() {
    assertThat(
            parse(
                """
                {"user_name": "alice", "tags": ["t1", "t2"], "system_tags": ["user:alice"],
                 "run_number": "argo-1"}
                """))
        .isEqualTo(
            new Registration(
                "alice", true, List.of("t1", "t2"), List.of("user:alice"), Optional.of("argo-1")));
  }

  @Test
  void needsNoField() {
    assertThat(parse("{}")).isEqualTo(new Registration(null, false, null, null, Optional.empty()));
  }

  @Test
  void tellsANullUserNameFromAnAbsentOne() {
    assertThat(parse("{\"user_name\": null}"))
        .isEqualTo(new Registration(null, true, null, null, Optional.empty()));
  }

  @Test
  void takesNullForAbsent() {
    assertThat(parse("{\"tags\": null, \"system_tags\": null, \"run_number\": null}"))
        .isEqualTo(new Registration(null, false, null, null, Optional.empty()));
  }

  @Test
  void ignoresUnknownFieldsAndTimes() {
    assertThat(
            parse(
                """
                {"user_name": "bob", "tags": [], "system_tags": [], "flow_id": "Other",
                 "ts_epoch": 1, "last_heartbeat_ts": 1, "zzz": {"a": [1]}}
                """))
        .isEqualTo(new Registration("bob", true, List.of(), List.of(), Optional.empty()));
  }

  @Test
  void keepsOrderAndRepetitionOfTags() {
    assertThat(parse("{\"tags\": [\"b\", \"a\", \"b\"]}").tags()).containsExactly("b", "a", "b");
  }

  @Test
  void lastOfTwoFieldsCounts() {
    assertThat(parse("{\"user_name\": \"a\", \"run_number\": \"x\", \"user_name\": \"b\"}"))
        .isEqualTo(new Registration("b", true, null, null, Optional.of("x")));
    assertThat(parse("{\"run_number\": \"x\", \"run_number\": null}").id()).isEmpty();
  }

  @Test
  void readsTheNameOnlyFromTheFieldThatIsAskedFor() {
    byte[] body = "{\"run_number\": \"r\", \"task_id\": \"t\"}".getBytes(UTF_8);

    assertThat(Registration.parse(body, LIMITS, "run_number").id()).hasValue("r");
    assertThat(Registration.parse(body, LIMITS, "task_id").id()).hasValue("t");
    assertThat(Registration.parse(body, LIMITS, "").id()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1", "1a", "a1", "1.0", "' 1'", "'\u0661'"})
  void namesNeedOnlyNotBeNumbers(String name) {
    assertThat(parse("{\"run_number\": \"" + name + "\"}").id()).hasValue(name);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          []                          | 400 the body must be an object, not a list
          null                        | 400 the body must be an object, not null
          "x"                         | 400 the body must be an object, not 'x'
          {"user_name": 5}            | 400 user_name must be a string, not 5
          {"user_name": ["a"]}        | 400 user_name must be a string, not a list
          {"user_name": "a\\u0000"}   | 400 user_name contains a NUL character
          {"tags": "x"}               | 400 tags must be a list of strings, not 'x'
          {"tags": {"a": 1}}          | 400 tags must be a list of strings, not an object
          {"tags": [1]}               | 400 each of tags must be a string, not 1
          {"tags": ["\\ud800"]}       | 400 each of tags contains half of a surrogate pair
          {"system_tags": "x"}        | 400 system_tags must be a list of strings, not 'x'
          {"system_tags": ["a", null]} | 400 each of system_tags must be a string, not null
          {"run_number": 7}           | 400 run_number must be a string, not 7
          {"run_number": ["a"]}       | 400 run_number must be a string, not a list
          {"run_number": ""}          | 400 run_number must not be empty
          {"run_number": "7"}         | 400 run_number must not be a number, the service gives those: '7'
          {"run_number": "007"}       | 400 run_number must not be a number, the service gives those: '007'
          """)
  void refusesWrongShapes(String body, String message) {
    assertThat(rejection(() -> parse(body))).isEqualTo(message);
  }

  @Test
  void refusesNamesThatAreTooLong() {
    String longest = "x".repeat(255);

    assertThat(parse("{\"run_number\": \"" + longest + "\"}").id()).hasValue(longest);
    assertThat(rejection(() -> parse("{\"run_number\": \"" + longest + "x\"}")))
        .isEqualTo("400 run_number is longer than 255 characters");
    assertThat(rejection(() -> parse("{\"user_name\": \"" + longest + "x\"}")))
        .isEqualTo("400 user_name is longer than 255 characters");
  }

  @Test
  void refusesATagThatIsTooLong() {
    assertThat(rejection(() -> parse("{\"tags\": [\"" + "x".repeat((1 << 20) + 1) + "\"]}")))
        .isEqualTo("413 tags is longer than 1048576 bytes");
  }
}
