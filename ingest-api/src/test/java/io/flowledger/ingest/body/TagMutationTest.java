package io.flowledger.ingest.body;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TagMutationTest {

  private static final Limits LIMITS = Limits.DEFAULTS;

  private static TagMutation parse(String body) {
    return TagMutation.parse(body.getBytes(UTF_8), LIMITS);
  }

  @Test
  void readsBothLists() {
    assertThat(parse("{\"tags_to_add\": [\"a\", \"b\"], \"tags_to_remove\": [\"c\"], \"zzz\": 1}"))
        .isEqualTo(new TagMutation(List.of("a", "b"), List.of("c")));
  }

  @Test
  void needsNeitherList() {
    assertThat(parse("{}")).isEqualTo(new TagMutation(List.of(), List.of()));
    assertThat(parse("{\"tags_to_add\": [\"a\"]}"))
        .isEqualTo(new TagMutation(List.of("a"), List.of()));
    assertThat(parse("{\"tags_to_remove\": [\"a\"]}"))
        .isEqualTo(new TagMutation(List.of(), List.of("a")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          []                             | 400 the body must be an object, not a list
          {"tags_to_add": null}          | 400 tags_to_add must be a list of strings, not null
          {"tags_to_add": "x"}           | 400 tags_to_add must be a list of strings, not 'x'
          {"tags_to_remove": {"a": 1}}   | 400 tags_to_remove must be a list of strings, not an object
          {"tags_to_add": [1]}           | 400 each of tags_to_add must be a string, not 1
          {"tags_to_remove": [null]}     | 400 each of tags_to_remove must be a string, not null
          {"tags_to_add": ["a\\u0000"]}  | 400 each of tags_to_add contains a NUL character
          """)
  void refusesWrongShapes(String body, String message) {
    assertThat(rejection(() -> parse(body))).isEqualTo(message);
  }
}
