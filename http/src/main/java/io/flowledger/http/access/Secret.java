package io.flowledger.http.access;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a client has sent to prove who it is. */
public sealed interface Secret {

  CharSequence KEY_HEADER = HttpHeaders.createOptimized("x-api-key");

  /** A key or token: who has it is whom it was made for. */
  record Bearer(String text) implements Secret {

    /** Not the text: it is for nobody else. */
    @Override
    public String toString() {
      return "a key";
    }
  }

  /** The password of somebody who says who they are. */
  record Password(String user, String text) implements Secret {

    @Override
    public String toString() {
      return "a password";
    }
  }

  /** Nothing that anybody could know. */
  record Unreadable() implements Secret {}

  /** Those of a request: as Metaflow's client sends its key, or in {@code Authorization}. */
  static Set<Secret> in(MultiMap headers) {
    List<String> keys = headers.getAll(KEY_HEADER);
    List<String> authorizations = headers.getAll(HttpHeaders.AUTHORIZATION);
    if (keys.size() == 1 && authorizations.isEmpty()) {
      return Set.of(new Bearer(keys.get(0))); // of nearly every request there is
    }
    Set<Secret> secrets = new LinkedHashSet<>();
    keys.forEach(key -> secrets.add(new Bearer(key)));
    authorizations.forEach(value -> secrets.add(ofScheme(value)));
    return secrets;
  }

  private static Secret ofScheme(String authorization) {
    String value = authorization.strip();
    int blank = value.indexOf(' ');
    String rest = blank < 0 ? "" : value.substring(blank).strip();
    String scheme = blank < 0 ? value : value.substring(0, blank);
    if (scheme.equalsIgnoreCase("bearer")) {
      return new Bearer(rest);
    }
    return scheme.equalsIgnoreCase("basic") ? password(rest) : new Unreadable();
  }

  private static Secret password(String encoded) {
    try {
      String both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      return colon < 0
          ? new Unreadable()
          : new Password(both.substring(0, colon), both.substring(colon + 1));
    } catch (IllegalArgumentException notBase64) {
      return new Unreadable();
    }
  }
}
