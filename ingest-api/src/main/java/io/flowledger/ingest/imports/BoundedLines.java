package io.flowledger.ingest.imports;

import io.flowledger.ingest.body.Blanks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a file, of which none takes more memory than a bound. */
final class BoundedLines implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;

  /**
   * @param maxBytes of a line, without its end
   */
  BoundedLines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * A line.
   *
   * @param whole whether it is all there; what is beyond the bound is not
   */
  record Line(byte[] bytes, boolean whole) {
    boolean isBlank() {
      for (byte b : bytes) {
        if (!Blanks.isBlank(b)) {
          return false;
        }
      }
      return true;
    }
  }

  /** The next one; empty at the end. */
  Optional<Line> next() throws IOException {
    if (!hasMore()) {
      return Optional.empty();
    }
    int start = next;
    int stop = indexOfEnd(start);
    if (stop < end) {
      next = stop + 1;
      int length = Math.min(stop - start, maxBytes);
      return Optional.of(
          new Line(Arrays.copyOfRange(buffer, start, start + length), length == stop - start));
    }
    return Optional.of(longer());
  }

  /** A line that goes on behind what has been read. */
  private Line longer() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(2 * (end - next));
    boolean whole = true;
    while (hasMore()) {
      int stop = indexOfEnd(next);
      int length = Math.min(stop - next, maxBytes - line.size());
      line.write(buffer, next, length);
      whole &= length == stop - next;
      next = stop;
      if (stop < end) {
        next = stop + 1;
        break;
      }
    }
    return new Line(line.toByteArray(), whole);
  }

  private int indexOfEnd(int from) {
    int i = from;
    while (i < end && buffer[i] != '\n') {
      i++;
    }
    return i;
  }

  private boolean hasMore() throws IOException {
    if (next == end) {
      next = 0;
      end = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
