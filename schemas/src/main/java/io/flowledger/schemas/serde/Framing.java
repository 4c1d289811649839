package io.flowledger.schemas.serde;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's two ways to say with which schema a value was written. The identifier, a magic byte 0
 * and a number in four bytes or a magic byte 1 and a GUID in sixteen, all big-endian, stands before
 * the value; or it is the record header {@value #HEADER}, and the value is bare.
 *
 * <p>Whoever takes records from the log {@linkplain #framed puts} the second form into the first
 * one, so that all who look at a record see one array of bytes, and the hash chain covers the
 * identifier too.
 */
public final class Framing {

  /** Name of the header, as Confluent's {@code HeaderSchemaIdSerializer} writes it. */
  public static final String HEADER = "__value_schema_id";

  private static final byte NUMBER_MAGIC = 0;
  private static final byte GUID_MAGIC = 1;
  private static final byte NO_MAGIC = (byte) 0xff;
  static final int NUMBER_BYTES = 1 + Integer.BYTES;
  static final int GUID_BYTES = 1 + 2 * Long.BYTES;

  private Framing() {}

  /**
   * The value with the identifier of its schema before it. Where the header holds something else
   * than an identifier, the value is unreadable, and no reader takes it for anything else.
   *
   * @return null for a tombstone
   */
  public static byte @Nullable [] framed(Headers headers, byte @Nullable [] value) {
    Header header = headers.lastHeader(HEADER);
    if (value == null || header == null || header.value() == null) {
      return value;
    }
    byte[] id = header.value();
    if (isIdentifier(id)) {
      return concatenation(id, value);
    }
    return concatenation(concatenation(new byte[] {NO_MAGIC}, id), value);
  }

  private static boolean isIdentifier(byte[] id) {
    return (startsWith(id, NUMBER_MAGIC) && id.length == NUMBER_BYTES)
        || (startsWith(id, GUID_MAGIC) && id.length == GUID_BYTES);
  }

  private static byte[] concatenation(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** Whether the number of a schema stands before the value. */
  static boolean hasNumber(byte[] value) {
    return startsWith(value, NUMBER_MAGIC) && value.length >= NUMBER_BYTES;
  }

  static int number(byte[] value) {
    return ByteBuffer.wrap(value).getInt(1);
  }

  /** Whether the GUID of a schema stands before the value. */
  static boolean hasGuid(byte[] value) {
    return startsWith(value, GUID_MAGIC) && value.length >= GUID_BYTES;
  }

  static UUID guid(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value, 1, 2 * Long.BYTES);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static boolean startsWith(byte[] bytes, byte first) {
    return bytes.length > 0 && bytes[0] == first;
  }

  static void putNumber(int number, ArrayEncoder out) {
    out.writeByte(NUMBER_MAGIC);
    out.writeByte(number >>> 24);
    out.writeByte(number >>> 16);
    out.writeByte(number >>> 8);
    out.writeByte(number);
  }
}
