package io.flowledger.http.access;

import io.vertx.core.Future;
import java.util.Optional;

/** Finds whose a secret is. */
@FunctionalInterface
public interface Credentials {

  /**
   * Whose it is; empty where it is nobody's, or is of another kind. Does not block: where it takes
   * time, it is told later. Fails with a {@code RefusedException} when that cannot be said now.
   *
   * @param address from where it is sent; empty where that is not known
   */
  Future<Optional<Credential>> of(Secret secret, String address);
}
