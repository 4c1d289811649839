package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArtifactInputTest {

  private static final Limits LIMITS =
      Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(40).withMaxEntries(3);

  private static List<ArtifactEntry> parse(String body) {
    return ArtifactInput.parse(body.getBytes(UTF_8), LIMITS);
  }

  @Test
  void readsAllFields() {
    assertThat(
            parse(
                """
                [{"name": "x", "location": "s3://b/x", "ds_type": "s3", "sha": "abc",
                  "type": "metaflow.artifact", "content_type": "gzip+pickle-v4",
                  "user_name": "alice", "attempt_id": 2, "tags": ["a"], "system_tags": ["b"],
                  "ts_epoch": 1, "task_id": 77}]
                """))
        .containsExactly(
            new ArtifactEntry(
                "x",
                2,
                "s3://b/x",
                "s3",
                "abc",
                "metaflow.artifact",
                "gzip+pickle-v4",
                "alice",
                List.of("a"),
                List.of("b")));
  }

  @Test
  void takesABlankForWhatIsAbsentAndAttemptZero() {
    assertThat(parse("[{}]"))
        .containsExactly(new ArtifactEntry(" ", 0, " ", " ", " ", " ", " ", " ", null, null));
  }

  @Test
  void keepsNullWhereItMayBe() {
    assertThat(
            parse("[{\"sha\": null, \"type\": null, \"content_type\": null, \"user_name\": null}]"))
        .containsExactly(new ArtifactEntry(" ", 0, " ", " ", null, null, null, null, null, null));
  }

  @Test
  void takesAttemptsAsStringsAndBelowZero() {
    assertThat(parse("[{\"attempt_id\": \"3\"}, {\"attempt_id\": -1}, {\"attempt_id\": 2e1}]"))
        .extracting(ArtifactEntry::getAttemptId)
        .containsExactly(3, -1, 20);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {}                        | 400 the body must be a list, not an object
          ["x"]                     | 400 entry 0 must be an object, not 'x'
          [{}, {"name": null}]      | 400 entry 1: name must be a string, not null
          [{"name": "a\\u0000"}]    | 400 entry 0: name contains a NUL character
          [{"name": "123456789012345678901"}] | 400 entry 0: name is longer than 20 characters
          [{"attempt_id": null}]    | 400 entry 0: attempt_id must be an integer, not null
          [{"attempt_id": 1.5}]     | 400 entry 0: attempt_id must be an integer, not 1.5
          [{"attempt_id": 2147483648}] | 400 entry 0: attempt_id must be an integer of 32 bits, not 2147483648
          [{"location": 1}]         | 400 entry 0: location must be a string, not 1
          [{"location": "12345678901234567890123456789012345678901"}] | 413 entry 0: location is longer than 40 bytes
          [{"ds_type": null}]       | 400 entry 0: ds_type must be a string, not null
          [{"sha": 1}]              | 400 entry 0: sha must be a string, not 1
          [{"type": []}]            | 400 entry 0: type must be a string, not a list
          [{"content_type": {}}]    | 400 entry 0: content_type must be a string, not an object
          [{"user_name": true}]     | 400 entry 0: user_name must be a string, not true
          [{"tags": {}}]            | 400 entry 0: tags must be a list of strings, not an object
          [{"system_tags": ["a", 1]}] | 400 each of entry 0: system_tags must be a string, not 1
          [{}, {}, {}, {}]          | 413 the body has more than 3 entries
          """)
  void refusesWrongShapesAndNamesTheEntry(String body, String message) {
    assertThat(rejection(() -> parse(body))).isEqualTo(message);
  }
}
