package io.flowledger.projector.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class NamesTest {

  private static final String[] NAMES = {
    "",
    "a",
    "ab",
    "b",
    "\u007f",
    "\u00ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "a\uffff",
    "\ud83d\ude00",
    "\ud83d\ude01",
    "\ud800\udc00",
    "a\ud83d\ude00",
    "\ud83d\ude00a",
  };

  @Test
  void theOrderIsThatOfTheBytes() {
    for (String one : NAMES) {
      for (String other : NAMES) {
        int ofBytes =
            Arrays.compareUnsigned(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        assertThat(Integer.signum(Names.BY_CODE_POINT.compare(one, other)))
            .isEqualTo(Integer.signum(ofBytes));
      }
    }
  }
}
