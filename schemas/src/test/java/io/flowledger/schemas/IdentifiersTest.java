package io.flowledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.EventId;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

  @Nested
  class APosition {

    @Test
    void isWrittenAsPartitionAtOffset() {
      assertThat(Position.event(3, 41)).hasToString("3@41");
      assertThat(Position.heartbeat(0, 0)).hasToString("heartbeats/0@0");
    }

    @Test
    void isReadAsItIsWritten() {
      Position largest = Position.event(Integer.MAX_VALUE, Long.MAX_VALUE);

      assertThat(Position.parse("3@41")).isEqualTo(Optional.of(Position.event(3, 41)));
      assertThat(Position.parse("heartbeats/3@41"))
          .isEqualTo(Optional.of(Position.heartbeat(3, 41)));
      assertThat(Position.parse(largest.toString())).isEqualTo(Optional.of(largest));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "@",
          "1",
          "1@",
          "@1",
          "1@2@3",
          "1@x",
          "x@1",
          "-1@1",
          "1@-1",
          " 1@1",
          "1@1 ",
          "+1@1",
          "1@+1",
          "01@1",
          "1@-0",
          "1@\u0661",
          "2147483648@1",
          "1@9223372036854775808",
          "events/1@1",
          "heartbeats/",
          "heartbeats/heartbeats/1@1"
        })
    void isNothingElse(String text) {
      assertThat(Position.parse(text)).isEmpty();
    }
  }

  @Nested
  class AnIdentifier {

    @Test
    void ofDigitsIsANumber() {
      assertThat(Identifier.parse("0")).isEqualTo(new Identifier.Number(0));
      assertThat(Identifier.parse("12")).isEqualTo(new Identifier.Number(12));
      assertThat(Identifier.parse("007")).isEqualTo(new Identifier.Number(7));
      assertThat(Identifier.parse("9223372036854775807"))
          .isEqualTo(new Identifier.Number(Long.MAX_VALUE));
    }

    @Test
    void beyond64BitsIsTheNumberThatNoObjectHas() {
      assertThat(Identifier.parse("9223372036854775808"))
          .isEqualTo(new Identifier.Number(Long.MAX_VALUE));
      assertThat(Identifier.parse("9".repeat(100)))
          .isEqualTo(new Identifier.Number(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.0", " 1", "1e3", "argo-x", "\u0661\u0662", "1\n"})
    void ofAnythingElseIsAName(String text) {
      assertThat(Identifier.parse(text)).isEqualTo(new Identifier.Name(text));
    }

    @Test
    void isPrintedAsItIs() {
      assertThat(new Identifier.Number(12)).hasToString("12");
      assertThat(new Identifier.Name("argo-x")).hasToString("argo-x");
    }
  }

  @Nested
  class AnEventId {

    @Test
    void startsWith48BitsOfTime() {
      assertThat(HexFormat.of().formatHex(EventIds.next(0x018bcfe56800L).bytes(), 0, 6))
          .isEqualTo("018bcfe56800");
      assertThat(HexFormat.of().formatHex(EventIds.next(0xffffffffffffL).bytes(), 0, 6))
          .isEqualTo("ffffffffffff");
    }

    @Test
    void isNeverTheSame() {
      Set<EventId> ids = new HashSet<>();
      for (int i = 0; i < 10_000; i++) {
        ids.add(EventIds.next(1));
      }
      assertThat(ids).hasSize(10_000);
    }

    @Test
    void isPrintedInHexadecimal() {
      byte[] bytes = ByteBuffer.allocate(16).putLong(0x018bcfe568000001L).putLong(-1).array();

      assertThat(EventIds.toHex(new EventId(bytes))).isEqualTo("018bcfe568000001ffffffffffffffff");
    }
  }
}
