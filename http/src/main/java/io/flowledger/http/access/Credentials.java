package io.flowledger.http.access;

import java.util.Optional;

/** Finds whose a secret is. */
@FunctionalInterface
public interface Credentials {

  /**
   * Whose it is; empty where it is nobody's. Does not block.
   *
   * @param secret as a client has sent it
   */
  Optional<Credential> of(String secret);
}
