package io.flowledger.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It writes what Avro's own encoder writes. */
final class ArrayEncoderTest {

  /** What is to be encoded. */
  private interface Content {
    void writeTo(BinaryEncoder encoder) throws IOException;
  }

  private static byte[] encoded(Content content) throws IOException {
    ArrayEncoder encoder = new ArrayEncoder();
    content.writeTo(encoder);
    assertThat(encoder.bytesBuffered()).isEqualTo(encoder.toByteArray().length);
    return encoder.toByteArray();
  }

  private static byte[] encodedByAvro(Content content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    content.writeTo(encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void writesEveryKindOfValue() throws IOException {
    Content all =
        encoder -> {
          encoder.writeNull();
          encoder.writeBoolean(true);
          encoder.writeBoolean(false);
          encoder.writeInt(Integer.MIN_VALUE);
          encoder.writeInt(-1);
          encoder.writeInt(63);
          encoder.writeInt(64);
          encoder.writeLong(Long.MIN_VALUE);
          encoder.writeLong(Long.MAX_VALUE);
          encoder.writeLong(0);
          encoder.writeFloat(-1.5f);
          encoder.writeDouble(1e300);
          encoder.writeString("");
          encoder.writeString("aü\u20ac\ud83d\ude00");
          encoder.writeString(new Utf8("utf8"));
          encoder.writeBytes(ByteBuffer.wrap(new byte[] {1, 2, 3}));
          encoder.writeBytes(new byte[0]);
          encoder.writeFixed(new byte[] {9, 8, 7, 6}, 1, 2);
          encoder.writeIndex(1);
          encoder.writeEnum(2);
          encoder.writeArrayStart();
          encoder.setItemCount(1);
          encoder.startItem();
          encoder.writeInt(5);
          encoder.writeArrayEnd();
          encoder.writeMapStart();
          encoder.writeMapEnd();
        };

    assertThat(encoded(all)).isEqualTo(encodedByAvro(all));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 507, 508, 509, 510, 511, 512, 513, 1023, 1024, 1025, 100_000})
  void growsWithWhatIsWritten(int length) throws IOException {
    Content large =
        encoder -> {
          encoder.writeString("x".repeat(length));
          encoder.writeLong(Long.MAX_VALUE);
          encoder.writeInt(Integer.MAX_VALUE);
          encoder.writeBoolean(true);
          encoder.writeDouble(1);
          encoder.writeFloat(1);
          encoder.writeFixed(new byte[length]);
        };

    assertThat(encoded(large)).isEqualTo(encodedByAvro(large));
  }
}
