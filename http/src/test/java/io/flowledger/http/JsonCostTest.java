package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonCostTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{}|1",
        "[]|1",
        "7|0",
        "[{},{}]|4",
        "{\"a\": 1, \"b\": [2, 3]}|4",
        "\"a,b[{\"|0",
        "[\"\\\"\", \",\", \"\\\\\"]|3",
        "[\"not closed, [[[|1"
      })
  void isThatOfEveryValueOutsideOfTexts(String json, int values) {
    assertThat(JsonCost.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(values * 48L);
  }
}
