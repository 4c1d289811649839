package io.flowledger.http.access;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/** What somebody may be allowed to do. */
public enum Permission {
  /** To see what is there, and what has been. */
  READ,
  /** To add to it. */
  WRITE,
  /** To do what concerns the whole installation: imports, audits, checkpoints, dead letters. */
  OPERATE;

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** What a request of that method needs, unless its endpoint says otherwise. */
  static Permission of(HttpMethod method) {
    return READS.contains(method) ? READ : WRITE;
  }
}
