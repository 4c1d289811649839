package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The answers on a connection, as they come: where each ends, its status, and the beginning of its
 * body. Knows as much of HTTP/1.1 as the server uses.
 */
final class Answers {

  private static final int KEPT_BYTES = 1 << 10;
  private static final int MOST_HEAD_BYTES = 16 << 10;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final int OK = 200;

  /** What is told of each. */
  interface Listener {
    /**
     * @param body its first bytes
     * @param last whether the server will close the connection
     */
    void answered(int status, String body, boolean last);
  }

  private enum Part {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    TRAILER
  }

  private final Listener listener;
  private final byte[] line = new byte[MOST_HEAD_BYTES];
  private final StringBuilder kept = new StringBuilder();
  private Part part = Part.HEAD;
  private int length; // of the head, or of the line
  private long left; // of the body, or of the chunk
  private int status;
  private boolean last;

  Answers(Listener listener) {
    this.listener = listener;
  }

  /** For the next connection. */
  void reset() {
    part = Part.HEAD;
    length = 0;
    kept.setLength(0);
  }

  /** Takes all of it, and tells of the answers that end in it. */
  void take(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      switch (part) {
        case HEAD -> head(bytes);
        case BODY, CHUNK -> body(bytes);
        case CHUNK_SIZE -> chunkSize(bytes);
        case TRAILER -> trailer(bytes);
      }
    }
  }

  private void head(ByteBuffer bytes) {
    line[length++] = bytes.get();
    if (length == line.length) {
      throw new IllegalStateException("a head without an end");
    }
    if (length < 4
        || line[length - 1] != '\n'
        || line[length - 3] != '\n'
        || line[length - 2] != '\r') {
      return;
    }
    String head = new String(line, 0, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    length = 0;
    status = Integer.parseInt(head.substring(9, 12));
    last = head.contains("\r\nconnection: close");
    if (status < OK) {
      return;
    }
    if (head.contains("\r\ntransfer-encoding: chunked")) {
      part = Part.CHUNK_SIZE;
      return;
    }
    left = status == NO_CONTENT || status == NOT_MODIFIED ? 0 : contentLength(head);
    part = Part.BODY;
    if (left == 0) {
      end();
    }
  }

  private static long contentLength(String head) {
    String name = "\r\ncontent-length: ";
    int at = head.indexOf(name);
    return at < 0
        ? 0
        : Long.parseLong(head.substring(at + name.length(), head.indexOf('\r', at + 2)).strip());
  }

  private void body(ByteBuffer bytes) {
    int some = (int) Math.min(left, bytes.remaining());
    int end = bytes.position() + some;
    while (kept.length() < KEPT_BYTES && bytes.position() < end) {
      kept.append((char) bytes.get());
    }
    bytes.position(end);
    left -= some;
    if (left == 0) {
      if (part == Part.BODY) {
        end();
      } else {
        part = Part.CHUNK_SIZE;
      }
    }
  }

  private void chunkSize(ByteBuffer bytes) {
    byte b = bytes.get();
    if (b != '\n') {
      if (b != '\r') {
        line[length++] = b;
      }
      return;
    }
    if (length == 0) {
      return; // behind the chunk before
    }
    left = Long.parseLong(new String(line, 0, length, StandardCharsets.ISO_8859_1), 16);
    length = 0;
    part = left == 0 ? Part.TRAILER : Part.CHUNK;
  }

  private void trailer(ByteBuffer bytes) {
    if (bytes.get() == '\n') {
      end();
    }
  }

  private void end() {
    String body = kept.toString();
    kept.setLength(0);
    part = Part.HEAD;
    length = 0;
    listener.answered(status, body, last);
  }
}
