package io.flowledger.ingest.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BoundedLinesTest {

  private static List<BoundedLines.Line> lines(String text, int maxBytes) throws IOException {
    List<BoundedLines.Line> read = new ArrayList<>();
    try (BoundedLines lines =
        new BoundedLines(new ByteArrayInputStream(text.getBytes(UTF_8)), maxBytes)) {
      for (Optional<BoundedLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
        read.add(line.get());
      }
    }
    return read;
  }

  @Test
  void aLineWithoutAnEndIsOneToo() throws IOException {
    assertThat(lines("a\n\nb", 10))
        .extracting(line -> new String(line.bytes(), UTF_8))
        .containsExactly("a", "", "b");
  }

  @Test
  void whatIsBeyondTheBoundIsNotThere() throws IOException {
    assertThat(lines("abc\nabcd\n", 3))
        .extracting(line -> new String(line.bytes(), UTF_8) + " " + line.whole())
        .containsExactly("abc true", "abc false");
  }

  @Test
  void spacesAreBlankAndOtherCharactersAreNot() throws IOException {
    assertThat(lines("\n \t\r\n a \nöß\n", 10))
        .extracting(BoundedLines.Line::isBlank)
        .containsExactly(true, true, false, false);
  }
}
