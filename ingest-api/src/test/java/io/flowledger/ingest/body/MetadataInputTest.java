package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.MetadataEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetadataInputTest {

  private static final Limits LIMITS =
      Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(40).withMaxEntries(3);

  private static List<MetadataEntry> parse(String body) {
    return MetadataInput.parse(body.getBytes(UTF_8), LIMITS).stream()
        .map(entry -> entry.numbered(0))
        .toList();
  }

  @Test
  void readsAllFieldsInTheOrderOfTheEntries() {
    assertThat(
            parse(
                """
                [{"field_name": "attempt", "value": "0", "type": "int", "user_name": "alice",
                  "tags": ["attempt_id:0"], "system_tags": ["ms"]},
                 {"field_name": "foreach-stack", "value": ["items=0"], "type": "list",
                  "user_name": null, "tags": [], "system_tags": []}]
                """))
        .containsExactly(
            new MetadataEntry(
                0L, "attempt", "0", "int", "alice", List.of("attempt_id:0"), List.of("ms")),
            new MetadataEntry(
                0L, "foreach-stack", "{items=0}", "list", null, List.of(), List.of()));
  }

  @Test
  void takesABlankForWhatIsAbsent() {
    assertThat(parse("[{}, {\"tags\": null, \"system_tags\": null, \"zzz\": [1]}]"))
        .containsExactly(
            new MetadataEntry(0L, " ", " ", " ", null, null, null),
            new MetadataEntry(0L, " ", " ", " ", null, null, null));
  }

  @Test
  void takesEmptyStringsAndLists() {
    assertThat(parse("[]")).isEmpty();
    assertThat(
            parse("[{\"field_name\": \"\", \"value\": \"\", \"type\": \"\", \"user_name\": \"\"}]"))
        .containsExactly(new MetadataEntry(0L, "", "", "", "", null, null));
  }

  @Test
  void storesNumbersAndBooleansAsTheirJsonText() {
    assertThat(parse("[{\"value\": 5}, {\"value\": 1.50}, {\"value\": true}]"))
        .extracting(MetadataEntry::getValue)
        .containsExactly("5", "1.50", "true");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {}                          | 400 the body must be a list, not an object
          null                        | 400 the body must be a list, not null
          [null]                      | 400 entry 0 must be an object, not null
          [{}, []]                    | 400 entry 1 must be an object, not a list
          [{}, {"field_name": 1}]     | 400 entry 1: field_name must be a string, not 1
          [{"field_name": null}]      | 400 entry 0: field_name must be a string, not null
          [{"field_name": "a\\u0000"}] | 400 entry 0: field_name contains a NUL character
          [{"field_name": "123456789012345678901"}] | 400 entry 0: field_name is longer than 20 characters
          [{"type": false}]           | 400 entry 0: type must be a string, not false
          [{"user_name": 1}]          | 400 entry 0: user_name must be a string, not 1
          [{"value": null}]           | 400 entry 0: value must be a string, a number, a boolean or a list
          [{"value": {"a": 1}}]       | 400 entry 0: value must be a string, a number, a boolean or a list
          [{"value": [1, "a"]}]       | 400 entry 0: value is a list that mixes types, which cannot be stored
          [{"value": "12345678901234567890123456789012345678901"}] | 413 entry 0: value is longer than 40 bytes
          [{"tags": "x"}]             | 400 entry 0: tags must be a list of strings, not 'x'
          [{"tags": [1]}]             | 400 each of entry 0: tags must be a string, not 1
          [{"system_tags": 1}]        | 400 entry 0: system_tags must be a list of strings, not 1
          [{}, {}, {}, {}]            | 413 the body has more than 3 entries
          """)
  void refusesWrongShapesAndNamesTheEntry(String body, String message) {
    assertThat(rejection(() -> parse(body))).isEqualTo(message);
  }
}
