package io.flowledger.ingest.imports;

import io.flowledger.ingest.body.Blanks;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of a file, of which none takes more memory than a bound. */
final class BoundedLines implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final int maxBytes;

  /**
   * @param maxBytes of a line, without its end
   */
  BoundedLines(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
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
    int b = in.read();
    if (b < 0) {
      return Optional.empty();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER_BYTES >> 6);
    boolean whole = true;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (line.size() < maxBytes) {
        line.write(b);
      } else {
        whole = false;
      }
    }
    return Optional.of(new Line(line.toByteArray(), whole));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
