package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Credentials;
import io.flowledger.http.access.Secret;
import io.vertx.core.Future;
import java.util.Optional;

/** Keys that the file has the hashes of. */
public final class ApiKeys implements Credentials {

  private final Holders holders;

  public ApiKeys(Holders holders) {
    this.holders = holders;
  }

  /** By hashes: how long that takes says nothing about keys, of which they are none. */
  @Override
  public Future<Optional<Credential>> of(Secret secret, String address) {
    return Future.succeededFuture(
        secret instanceof Secret.Bearer bearer
            ? Optional.ofNullable(holders.known().byKeyHash().get(Proof.Key.hash(bearer.text())))
            : Optional.empty());
  }
}
