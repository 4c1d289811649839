package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Bodies that are sent compressed. */
public final class Gzip {

  private static final int BUFFER_BYTES = 1 << 14;

  private Gzip() {}

  /**
   * Whether the body of a request is compressed.
   *
   * @throws RefusedException 415 when it is, in another way
   */
  public static boolean isGzip(RoutingContext request) {
    String encoding = request.request().getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
      return false;
    }
    if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
      return true;
    }
    request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
    throw RefusedException.unsupported("Content-Encoding must be gzip, not " + encoding);
  }

  /**
   * What a gzip stream holds, which may have several members. Takes a while. What is behind its end
   * is refused: it would be left out.
   *
   * @param most bytes that it may hold
   * @param room is asked before so many bytes more are held; refuses where there are none
   * @throws RefusedException 400 when it is none, 413 when it holds too much
   */
  public static byte[] inflate(byte[] compressed, long most, LongConsumer room) {
    ByteArrayOutputStream inflated = new ByteArrayOutputStream(BUFFER_BYTES);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in =
        new GzipCompressorInputStream(new ByteArrayInputStream(compressed), true)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (inflated.size() + read > most) {
          throw RefusedException.tooLarge(
              "the body is larger than %d bytes when inflated".formatted(most));
        }
        room.accept(read);
        inflated.write(buffer, 0, read);
      }
    } catch (IOException e) {
      throw RefusedException.malformed(
          GzipCompressorInputStream.matches(compressed, compressed.length)
              ? "the body is in the format of gzip, but damaged, cut off, or followed by something"
                  + " else"
              : "the body is not in the format of gzip");
    }
    return inflated.toByteArray();
  }
}
