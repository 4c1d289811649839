package io.flowledger.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is filled into requests. */
class TemplateTest {

  private static final Map<String, List<String>> VALUES = Map.of("task", List.of("/t/1", "/t/2"));

  @Test
  void everyRoundTakesTheNextValueAndEveryRequestItsOwnNumber() {
    Template template = Template.of("${task}/artifact?${n}", VALUES);

    assertThat(template.constant()).isFalse();
    assertThat(template.fill(0, 100)).isEqualTo("/t/1/artifact?100");
    assertThat(template.fill(1, 101)).isEqualTo("/t/2/artifact?101");
    assertThat(template.fill(2, 102)).isEqualTo("/t/1/artifact?102");
  }

  @Test
  void textWithoutPlacesIsConstant() {
    assertThat(Template.of("", VALUES)).isEqualTo(Template.of("", Map.of()));
    assertThat(Template.of("/ping", VALUES).constant()).isTrue();
    assertThat(Template.of("/ping", VALUES).fill(7, 8)).isEqualTo("/ping");
  }

  @Test
  void aPlaceNeedsValues() {
    assertThatThrownBy(() -> Template.of("${tsk}", VALUES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no values for ${tsk}");
  }
}
