package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Bodies that are sent compressed. */
public final class Gzip {

  private static final int BUFFER_BYTES = 1 << 14;
  private static final int SIGNATURE_BYTES = 2;
  private static final Set<String> NAMES = Set.of("gzip", "x-gzip");

  private Gzip() {}

  /**
   * Whether the body of a request is compressed.
   *
   * @throws RefusedException 415 when it is, in another way
   */
  public static boolean isGzip(RoutingContext request) {
    // Several headers are one list, RFC 9110 section 5.3.
    List<String> encodings =
        request.request().headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
            .flatMap(header -> Stream.of(header.split(",")))
            .map(String::strip)
            .filter(encoding -> !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity"))
            .toList();
    if (encodings.isEmpty()) {
      return false;
    }
    if (encodings.size() == 1 && NAMES.contains(encodings.get(0).toLowerCase(Locale.ROOT))) {
      return true;
    }
    request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
    throw RefusedException.unsupported(
        "Content-Encoding must be gzip, not " + String.join(", ", encodings));
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
    try (InputStream in = inflating(new ByteArrayInputStream(compressed), most)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        room.accept(read);
        inflated.write(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes that are there
    }
    return inflated.toByteArray();
  }

  private static RefusedException malformed(boolean begins) {
    return RefusedException.malformed(
        begins
            ? "the body is in the format of gzip, but damaged, cut off, or followed by something"
                + " else"
            : "the body is not in the format of gzip");
  }

  private static RefusedException tooLarge(long most) {
    return RefusedException.tooLarge(
        "the body is larger than %d bytes when inflated".formatted(most));
  }

  /**
   * The same of a stream, bit by bit, so that it takes no memory.
   *
   * @param compressed closed with what is returned
   * @param most bytes that it may hold
   * @throws RefusedException 400 when it is none, and while it is read: 400 when it does not come
   *     to its end, 413 when it holds too much
   */
  public static InputStream inflating(InputStream compressed, long most) throws IOException {
    BufferedInputStream in = new BufferedInputStream(compressed);
    in.mark(SIGNATURE_BYTES);
    byte[] signature = in.readNBytes(SIGNATURE_BYTES);
    in.reset();
    try {
      return new Inflating(new GzipCompressorInputStream(in, true), most);
    } catch (IOException e) {
      compressed.close();
      throw malformed(GzipCompressorInputStream.matches(signature, signature.length));
    }
  }

  /** Refuses what cannot be inflated, or is too much. */
  private static final class Inflating extends FilterInputStream {
    private final long most;
    private long inflated;

    Inflating(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int read;
      try {
        read = in.read(bytes, offset, length);
      } catch (IOException e) {
        throw malformed(true);
      }
      inflated += Math.max(read, 0);
      if (inflated > most) {
        throw tooLarge(most);
      }
      return read;
    }
  }
}
