package io.flowledger.query.answer;

import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * The entity tag of an answer (RFC 9110, section 8.8.3), by which a client that polls is told that
 * nothing has changed. It is made of the content, the same by every server, and weak, since
 * compression changes the bytes that are sent but not what they say.
 *
 * @param text as in the header {@code ETag}
 */
record EntityTag(String text) {

  private static final int NOT_MODIFIED = 304;
  private static final String ANY = "*";
  private static final String WEAK = "W/";

  // 128 bits tell contents apart that nobody has made alike. Doing so gains little: clients that
  // poll miss that one change.
  private static final Hasher128 HASHER = Hashing.xxh3_128();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /**
   * @param length of the content, which begins with the first byte
   */
  static EntityTag of(byte[] content, int length) {
    byte[] hash = HASHER.hashBytesTo128Bits(content, 0, length).toByteArray();
    return new EntityTag(WEAK + '"' + BASE64.encodeToString(hash) + '"');
  }

  /**
   * Puts the tag on the answer.
   *
   * @return whether the client has this answer already: then it has been sent a 304
   */
  boolean satisfies(RoutingContext request) {
    HttpServerResponse response = request.response().putHeader(HttpHeaders.ETAG, text);
    boolean known =
        request.request().headers().getAll(HttpHeaders.IF_NONE_MATCH).stream()
            .flatMap(line -> Stream.of(line.split(",")))
            .anyMatch(this::matches);
    if (known) {
      response.setStatusCode(NOT_MODIFIED).end();
    }
    return known;
  }

  /** The weak comparison: a strong tag with the same characters matches too. */
  private boolean matches(String candidate) {
    String tag = candidate.strip();
    return tag.equals(ANY) || tag.equals(text) || (WEAK + tag).equals(text);
  }
}
