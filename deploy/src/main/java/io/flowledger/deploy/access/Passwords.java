package io.flowledger.deploy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.http.BlockingWork;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Credentials;
import io.flowledger.http.access.Secret;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passwords that the file has the hashes of. To check one takes a tenth of a second of a processor,
 * so that happens on one thread of its own, in turn; a password that was right is known for a
 * while, by a hash of it that is worth nothing elsewhere.
 */
public final class Passwords implements Credentials {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int MOST_WAITING = 64; // some seconds of it

  private final Holders holders;
  private final BlockingWork checks;
  private final SecretHash hash = new SecretHash();
  private final Cache<String, Holder> right =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumSize(MOST_REMEMBERED)
          .executor(Runnable::run)
          .build();

  // Of whoever is not known: how long an answer takes does not tell who is.
  private final Proof.Password ofNobody = Proof.Password.of(Holder.newKey());

  public Passwords(Holders holders, Vertx vertx) {
    this.holders = holders;
    this.checks =
        BlockingWork.on(
            new BlockingWork.Threads("passwords", 1, Duration.ofSeconds(10)),
            vertx,
            MOST_WAITING,
            () ->
                RefusedException.unavailable(
                    "too many passwords are being checked, try again; keys take no time"));
  }

  @Override
  public Future<Optional<Credential>> of(Secret secret) {
    if (!(secret instanceof Secret.Password password)) {
      return Future.succeededFuture(Optional.empty());
    }
    Holder holder = holders.known().byUser().get(password.user());
    String what = hash.of(password.user() + ":" + password.text());
    // Whoever has another password by now, or another role, is another one.
    if (holder != null && holder.equals(right.getIfPresent(what))) {
      return Future.succeededFuture(Optional.of(holder.credential()));
    }
    return checks.run(() -> check(holder, password, what));
  }

  private Optional<Credential> check(
      @Nullable Holder holder, Secret.Password password, String what) {
    if (holder == null || !(holder.proof() instanceof Proof.Password proof)) {
      ofNobody.isOf(password.text());
      return Optional.empty();
    }
    if (!proof.isOf(password.text())) {
      return Optional.empty();
    }
    right.put(what, holder);
    return Optional.of(holder.credential());
  }
}
