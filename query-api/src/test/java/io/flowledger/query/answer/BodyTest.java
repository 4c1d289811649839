package io.flowledger.query.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

final class BodyTest {

  private static Body body(String... pieces) {
    Body body = Body.begin();
    for (String piece : pieces) {
      body.write(piece.getBytes(UTF_8));
    }
    return body;
  }

  @Test
  void holdsWhatWasWrittenSinceItBegan() {
    assertThat(body("abc", "", "d").toBuffer()).isEqualTo(Buffer.buffer("abcd"));

    assertThat(body("e").toBuffer()).isEqualTo(Buffer.buffer("e"));
    assertThat(body().length()).isZero();
  }

  @Test
  void writesPartsOfArrays() {
    Body body = Body.begin();
    body.write("abcdef".getBytes(UTF_8), 2, 3);

    assertThat(body.toBuffer()).isEqualTo(Buffer.buffer("cde"));
  }

  @Test
  void growsWithWhatIsWritten() {
    String piece = "x".repeat(1000);
    String large = "y".repeat(1_000_000);

    assertThat(body(piece, piece, piece, piece, piece, large, piece).toBuffer())
        .isEqualTo(Buffer.buffer(piece.repeat(5) + large + piece));
    assertThat(body("z").toBuffer()).isEqualTo(Buffer.buffer("z"));
  }

  @Test
  void whatHasBeenTakenStaysAsItIs() {
    Buffer taken = body("abc").toBuffer();

    body("xyz");

    assertThat(taken).isEqualTo(Buffer.buffer("abc"));
  }

  @Test
  void theTagIsThatOfTheBodyAndOfWhatBelongsToIt() {
    Body body = body("[]");

    assertThat(body.tag("")).isEqualTo(EntityTag.of("[]".getBytes(UTF_8), 2));
    assertThat(body.tag("[X-Limit=1]")).isNotEqualTo(body.tag("[X-Limit=2]"));
    assertThat(body.tag("x".repeat(100_000))).isNotEqualTo(body.tag(""));
    assertThat(body.toBuffer()).isEqualTo(Buffer.buffer("[]"));
  }
}
