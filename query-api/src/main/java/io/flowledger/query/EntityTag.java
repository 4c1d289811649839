package io.flowledger.query;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * The entity tag of an answer (RFC 9110, section 8.8.3), by which a client that polls is told that
 * nothing has changed. It is made of the content, and weak, since compression changes the bytes
 * that are sent but not what they say.
 *
 * @param text as in the header {@code ETag}
 */
record EntityTag(String text) {

  private static final int NOT_MODIFIED = 304;
  private static final int DIGEST_BYTES = 15; // as many as make whole characters of Base64
  private static final String ANY = "*";
  private static final String WEAK = "W/";

  /**
   * @param length of the content, which begins with the first byte
   */
  static EntityTag of(byte[] content, int length) {
    MessageDigest sha = sha256();
    sha.update(content, 0, length);
    byte[] digest = Arrays.copyOf(sha.digest(), DIGEST_BYTES);
    return new EntityTag(WEAK + '"' + Base64.getUrlEncoder().encodeToString(digest) + '"');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
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
