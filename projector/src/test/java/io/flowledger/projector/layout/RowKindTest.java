package io.flowledger.projector.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RowKindTest {

  private static String letters(Predicate<byte[]> kinds) {
    return Arrays.stream(RowKind.values())
        .map(RowKind::letter)
        .filter(letter -> kinds.test(new byte[] {(byte) (char) letter, 1}))
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  @Test
  void whatTheProjectionDoesNotReadAgainIsKnownByItsKey() {
    assertThat(letters(RowKind::isWriteOnly)).isEqualTo("FRSTmMAhx");
    assertThat(letters(RowKind::isOfBlock)).isEqualTo("h");
    assertThat(letters(RowKind::isShared)).isEqualTo("r");
  }

  @Test
  void noTwoKindsHaveOneLetter() {
    for (RowKind kind : RowKind.values()) {
      assertThat(RowKind.of(new byte[] {(byte) kind.letter()})).isEqualTo(kind);
    }
  }

  @Test
  void whatIsNoKeyIsOfNoKind() {
    for (byte[] none : new byte[][] {{}, {'?'}, {0}, {(byte) 0xff}}) {
      assertThat(RowKind.of(none)).isNull();
      assertThat(RowKind.isWriteOnly(none)).isFalse();
      assertThat(RowKind.isOfBlock(none)).isFalse();
      assertThat(RowKind.isShared(none)).isFalse();
    }
  }
}
