package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

  private static void assertRow(Verdict verdict, String row) {
    assertThat(verdict.toRow()).isEqualTo(Events.utf8(row));
    assertThat(Verdict.fromRow(Events.utf8(row))).isEqualTo(verdict);
  }

  @Test
  void isALetterAndAText() {
    assertRow(Verdict.APPLIED, "A");
    assertRow(new Verdict.Superseded("flow Größe"), "Sflow Größe");
    assertRow(new Verdict.Rejected("no key"), "Rno key");
    assertRow(new Verdict.Rejected(""), "R");
  }
}
