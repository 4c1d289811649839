package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of requests. Bodies are outside of the heap: many connections send the same one. */
final class Requests {

  private static final String HOST = " HTTP/1.1\r\nHost: bench\r\n";

  private Requests() {}

  static ByteBuffer get(String path, String... headers) {
    return bytes("GET " + path + HOST + lines(headers) + "\r\n");
  }

  static ByteBuffer head(String method, String path, int bodyBytes) {
    return bytes(
        method
            + " "
            + path
            + HOST
            + "Content-Type: application/json\r\nContent-Length: "
            + bodyBytes
            + "\r\n\r\n");
  }

  static ByteBuffer whole(String method, String path, String body) {
    ByteBuffer bytes = bytes(body);
    ByteBuffer head = head(method, path, bytes.remaining());
    return ByteBuffer.allocate(head.remaining() + bytes.remaining()).put(head).put(bytes).flip();
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** A list of so many entries with a value of that length. */
  static String metadata(int entries, int valueLength) {
    String entry =
        "{\"field_name\": \"f\", \"type\": \"t\", \"value\": \"" + "v".repeat(valueLength) + "\"}";
    return "[" + entry + ("," + entry).repeat(entries - 1) + "]";
  }

  private static String lines(String... headers) {
    return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
  }
}
