package io.flowledger.deploy.openapi;

import io.flowledger.projector.chain.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A file that is the same for as long as the program runs. Clients keep it, and ask whether it is
 * still that one: after an upgrade it may not be.
 *
 * @param type as in the header {@code Content-Type}
 * @param tag as in the header {@code ETag}: weak, since it is that of both forms
 * @param gzip the same bytes, compressed once for all who take them so
 */
record StaticFile(String type, String tag, Buffer bytes, Buffer gzip) {

  private static final int NOT_MODIFIED = 304;
  private static final int PIECE_BYTES = 16 << 10;
  private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");

  /** With any weight but that of what is not wanted (RFC 9110, section 12.5.3). */
  private static final Pattern GZIPPED = Pattern.compile("gzip(?:;q=(?!0(?:\\.0*)?$).*)?");

  /** Compresses it, which takes a while. */
  static StaticFile of(String type, byte[] bytes) {
    return new StaticFile(type, tag(bytes), Buffer.buffer(bytes), Buffer.buffer(compressed(bytes)));
  }

  /** Reads a resource of the program. */
  static StaticFile resource(String type, String name) {
    try (InputStream in = StaticFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return of(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  private static String tag(byte[] bytes) {
    byte[] hash = Sha256.create().digest(bytes);
    return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes that are there
    }
    return compressed.toByteArray();
  }

  /** Answers a request with it, or that the client has it. */
  void answer(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response =
        routing
            .response()
            .putHeader(HttpHeaders.ETAG, tag)
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
            .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
            .putHeader("X-Content-Type-Options", "nosniff");
    if (items(request, HttpHeaders.IF_NONE_MATCH)
        .anyMatch(item -> item.equals(tag) || item.equals("*"))) {
      response.setStatusCode(NOT_MODIFIED).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    boolean small = isTaken(request);
    Buffer content = small ? gzip : bytes;
    // Named in both cases, or it would be compressed once more for each who asks.
    response
        .putHeader(HttpHeaders.CONTENT_ENCODING, small ? GZIP : HttpHeaders.IDENTITY)
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length()));
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      send(response, content, 0);
    }
  }

  /** As fast as the client takes it: what it has not taken is held for it alone. */
  private static void send(HttpServerResponse response, Buffer content, int begin) {
    int from = begin;
    while (from < content.length()) {
      if (response.writeQueueFull()) {
        int rest = from;
        response.drainHandler(taken -> send(response, content, rest));
        return;
      }
      int to = Math.min(content.length(), from + PIECE_BYTES);
      response.write(content.slice(from, to));
      from = to;
    }
    response.end();
  }

  private static boolean isTaken(HttpServerRequest request) {
    return items(request, HttpHeaders.ACCEPT_ENCODING)
        .map(item -> item.replace(" ", "").toLowerCase(Locale.ROOT))
        .anyMatch(item -> GZIPPED.matcher(item).matches());
  }

  private static Stream<String> items(HttpServerRequest request, CharSequence header) {
    return request.headers().getAll(header).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .map(String::strip);
  }
}
