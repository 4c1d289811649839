package io.flowledger.http.forward;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes of a cluster know each other by: whoever calls one of them on its internal port
 * has to send it. Where there is none, that port can only be reached from the machine itself.
 */
public final class ClusterSecret {

  private static final String SCHEME = "Bearer ";

  private final Optional<String> credentials;

  /**
   * @param secret empty for none
   */
  public ClusterSecret(Optional<String> secret) {
    this.credentials = secret.map(SCHEME::concat);
  }

  /** Adds it to a request to another node. */
  void sign(MultiMap headers) {
    credentials.ifPresent(text -> headers.set(HttpHeaders.AUTHORIZATION, text));
  }

  /**
   * Refuses a request that has not got it, or has one where there is none: whoever sends it would
   * refuse what this node asks.
   *
   * @throws RefusedException 403
   */
  void require(MultiMap headers) {
    if (credentials.isPresent() && !isSigned(headers, credentials.get())) {
      throw RefusedException.forbidden(
          "this port is for the other nodes of the cluster, which know its secret");
    }
    if (credentials.isEmpty() && headers.contains(HttpHeaders.AUTHORIZATION)) {
      throw RefusedException.forbidden("this node has no secret, and whoever calls it has one");
    }
  }

  /** Takes the same time whatever is sent. */
  private static boolean isSigned(MultiMap headers, String expected) {
    List<String> sent = headers.getAll(HttpHeaders.AUTHORIZATION);
    return sent.size() == 1
        && MessageDigest.isEqual(
            sent.get(0).getBytes(StandardCharsets.UTF_8),
            expected.getBytes(StandardCharsets.UTF_8));
  }
}
