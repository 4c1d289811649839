package io.flowledger.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How results are printed. */
class TableTest {

  private static Table table() {
    return new Table("Load", "operation", "req/s", "of constant")
        .row("constant", Table.count(120_000.4), Table.ratio(1, 1))
        .row("get", Table.count(999.6), Table.ratio(1, 3))
        .note("measured here");
  }

  @Test
  void textIsAlignedNumbersToTheRight() {
    assertThat(table().render(Table.Format.TEXT))
        .isEqualTo(
            """
            Load
            operation    req/s  of constant
            ---------  -------  -----------
            constant   120,000        1.000
            get          1,000        0.333
            measured here
            """);
  }

  @Test
  void markdownHasTheSameCells() {
    assertThat(table().render(Table.Format.MARKDOWN))
        .isEqualTo(
            """
            ### Load

            | operation |   req/s | of constant |
            | --------- | ------: | ----------: |
            | constant  | 120,000 |       1.000 |
            | get       |   1,000 |       0.333 |

            - measured here
            """);
  }

  @Test
  void aRatioToNothingIsNone() {
    assertThat(Table.ratio(1, 0)).isEqualTo("-");
  }

  @Test
  void aRowHasACellPerColumn() {
    assertThatThrownBy(() -> new Table("t", "a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 2 columns");
  }
}
