package io.flowledger.projector.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRow(Verdict verdict, String row) {
    assertThat(verdict.toRow()).isEqualTo(utf8(row));
    assertThat(Verdict.fromRow(utf8(row))).isEqualTo(verdict);
  }

  @Test
  void isALetterAndAText() {
    assertRow(Verdict.APPLIED, "A");
    assertRow(new Verdict.Superseded("flow Größe"), "Sflow Größe");
    assertRow(new Verdict.Rejected("no key"), "Rno key");
    assertRow(new Verdict.Rejected(""), "R");
  }

  @Test
  void ofARepetitionHasTheTextOfItsKey() {
    assertRow(Verdict.Superseded.repeated("k"), "Sidempotency key k");
    assertThat(Verdict.fromRow(utf8("Sidempotency key k")))
        .isEqualTo(new Verdict.Superseded("idempotency key k", true));
  }

  /** Events of another identity are no repetitions, whatever somebody calls a flow or a run. */
  @Test
  void ofNoIdentityIsReadAsARepetition() {
    assertThat(Verdict.fromRow(new Verdict.Superseded("flow idempotency key k").toRow()))
        .isEqualTo(new Verdict.Superseded("flow idempotency key k", false));
  }
}
