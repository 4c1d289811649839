package io.flowledger.http;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.Gzipped;
import io.flowledger.projector.fixture.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipTest {

  private static final String DAMAGED =
      "400 the body is in the format of gzip, but damaged, cut off, or followed by something else";

  private static byte[] gzip(String text) {
    return Gzipped.of(text.getBytes(UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static byte[] inflate(byte[] compressed) {
    return Gzip.inflate(compressed, 1 << 20, more -> {});
  }

  @Test
  void membersAreOneBody() {
    assertThat(inflate(gzip("{}"))).asString(UTF_8).isEqualTo("{}");
    assertThat(inflate(join(gzip("[1,"), gzip(""), gzip("2]")))).asString(UTF_8).isEqualTo("[1,2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\n", "\0", "junk that is longer than the head of a member", "{}"})
  void whatIsBehindTheEndIsRefused(String junk) {
    byte[] behind = junk.getBytes(UTF_8);
    assertThat(rejection(() -> inflate(join(gzip("{}"), behind)))).isEqualTo(DAMAGED);
    assertThat(rejection(() -> inflate(join(gzip("{}"), gzip("{}"), behind)))).isEqualTo(DAMAGED);
    assertThat(rejection(() -> inflate(behind)))
        .isEqualTo("400 the body is not in the format of gzip");
  }

  /** All that is changed in the middle, added or left out is noticed. */
  @Test
  void whatIsDamagedIsRefused() {
    Random random = Seed.random("GzipTest.damage");
    byte[] whole = join(gzip("{\"a\": 1}".repeat(50)), gzip("{\"b\": 2}".repeat(50)));
    byte[] expected = inflate(whole);
    for (int end = 0; end < whole.length; end++) {
      byte[] cut = Arrays.copyOf(whole, end);
      String answer = rejection(() -> inflate(cut));
      // A body may end with any of its members.
      assertThat(answer.startsWith("400 ") || inflate(cut).length == expected.length / 2)
          .as("%d: %s", end, answer)
          .isTrue();
    }
    for (int i = 0; i < 5_000; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      String answer = rejection(() -> inflate(flipped));
      // Bits of the head of a member that say nothing of what is in it may be any.
      assertThat(answer.startsWith("400 ") || Arrays.equals(inflate(flipped), expected))
          .as(answer)
          .isTrue();
    }
  }

  @Test
  void whatIsTooLargeIsNotInflated() {
    assertThat(rejection(() -> Gzip.inflate(gzip("x".repeat(11)), 10, more -> {})))
        .isEqualTo("413 the body is larger than 10 bytes when inflated");
  }

  private static byte[] stream(byte[] compressed, long most) {
    try (InputStream in = Gzip.inflating(new ByteArrayInputStream(compressed), most)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStreamIsReadByTheSameRules() {
    assertThat(stream(join(gzip("[1,"), gzip("2]")), 5)).asString(UTF_8).isEqualTo("[1,2]");
    byte[] whole = gzip("{}".repeat(1_000));
    assertThat(rejection(() -> stream(join(whole, new byte[1]), 1 << 20))).isEqualTo(DAMAGED);
    assertThat(rejection(() -> stream(Arrays.copyOf(whole, whole.length - 1), 1 << 20)))
        .isEqualTo(DAMAGED);
    assertThat(rejection(() -> stream("{}".getBytes(UTF_8), 1 << 20)))
        .isEqualTo("400 the body is not in the format of gzip");
    assertThat(rejection(() -> stream(whole, 1_999)))
        .isEqualTo("413 the body is larger than 1999 bytes when inflated");
    assertThat(stream(whole, 2_000)).hasSize(2_000);
  }
}
