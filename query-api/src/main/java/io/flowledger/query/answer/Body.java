package io.flowledger.query.answer;

import io.flowledger.projector.text.Sink;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of an answer, or of a piece of one, while they are rendered. Each thread has one and
 * uses its memory again, so that nothing grows from small to large with every answer: what is begun
 * is over when the thread begins the next, unless it is kept.
 */
final class Body implements Sink {

  private static final int TYPICAL_BYTES = 4 << 10;
  private static final int MAX_KEPT_BYTES = 256 << 10; // a long row may need more, once
  private static final ThreadLocal<Body> OF_THREAD = ThreadLocal.withInitial(Body::new);

  private byte[] bytes = new byte[TYPICAL_BYTES];
  private int length;

  private Body() {}

  /** An empty one. */
  static Body begin() {
    Body body = OF_THREAD.get();
    body.length = 0;
    if (body.bytes.length > MAX_KEPT_BYTES) {
      body.bytes = new byte[MAX_KEPT_BYTES];
    }
    return body;
  }

  /** Keeps what this thread has begun from the next that it begins: it goes on later, anywhere. */
  void keep() {
    if (OF_THREAD.get() == this) {
      OF_THREAD.remove();
    }
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    int end = Math.addExact(length, count);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
    }
    System.arraycopy(from, offset, bytes, length, count);
    length = end;
  }

  int length() {
    return length;
  }

  /**
   * The tag of the answer that this is the body of.
   *
   * @param further what belongs to the answer but is not in its body
   */
  EntityTag tag(String further) {
    int end = length;
    write(further.getBytes(StandardCharsets.UTF_8)); // behind the body, for as long as it is hashed
    EntityTag tag = EntityTag.of(bytes, length);
    length = end;
    return tag;
  }

  /** A copy, of just this size. */
  Buffer toBuffer() {
    return Buffer.buffer(length).appendBytes(bytes, 0, length);
  }
}
