package io.flowledger.deploy.cli.migrate.destination;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Lines that are imported together, in memory. */
public final class Chunk {

  /** As many as are usually imported together. */
  public static final int MOST_LINES = 20_000;

  private static final int MOST_BYTES = 8 << 20;

  private final Buffer bytes = new Buffer();
  private final int mostLines;
  private int lines;
  private long rows;

  public Chunk() {
    this(MOST_LINES);
  }

  Chunk(int mostLines) {
    this.mostLines = mostLines;
  }

  /**
   * Adds a line.
   *
   * @param ofRows how many rows of the other store are in it
   */
  public void add(String line, int ofRows) {
    // One byte a character, since all others are escaped.
    bytes.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
    bytes.write('\n');
    lines++;
    rows += ofRows;
  }

  public boolean isFull() {
    return lines >= mostLines || bytes.size() >= MOST_BYTES;
  }

  public boolean isEmpty() {
    return lines == 0;
  }

  public int lines() {
    return lines;
  }

  public long rows() {
    return rows;
  }

  byte[] memory() {
    return bytes.memory();
  }

  int length() {
    return bytes.size();
  }

  /**
   * A line of it.
   *
   * @param number counted from 1
   */
  String line(long number) {
    byte[] memory = bytes.memory();
    int start = 0;
    for (long n = 1; n < number && start < bytes.size(); start++) {
      if (memory[start] == '\n') {
        n++;
      }
    }
    int end = start;
    while (end < bytes.size() && memory[end] != '\n') {
      end++;
    }
    return new String(memory, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** Gives away what it has instead of a copy. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(1 << 16);
    }

    byte[] memory() {
      return buf;
    }
  }
}
