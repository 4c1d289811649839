package io.flowledger.http.access;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/** What somebody may be allowed to do. */
public enum Permission {
  /** To see what is there, and what has been. */
  READ("read"),
  /** To add to it. */
  WRITE("write"),
  /** To do what concerns the whole installation: imports, audits, checkpoints, dead letters. */
  OPERATE("operate");

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final String doing;

  Permission(String doing) {
    this.doing = doing;
  }

  /** For messages: what somebody does who has it. */
  String doing() {
    return doing;
  }

  /** What a request of that method needs, unless its endpoint says otherwise. */
  static Permission of(HttpMethod method) {
    return READS.contains(method) ? READ : WRITE;
  }
}
