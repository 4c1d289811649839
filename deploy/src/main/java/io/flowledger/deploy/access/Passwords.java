package io.flowledger.deploy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.http.BlockingWork;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Credentials;
import io.flowledger.http.access.Secret;
import io.flowledger.http.edge.ClientBuckets;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Passwords that the file has the hashes of. To check one takes a tenth of a second of a processor,
 * so that happens on one thread of its own, in turn; a password that was right is known for a
 * while, by a hash of it that is worth nothing elsewhere. Who guesses at one is made to wait before
 * it is looked at, and no address has more than a part of the turns, so that it does not keep out
 * those of others.
 */
public final class Passwords implements Credentials {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int MOST_WAITING = 64; // some seconds of it
  private static final int MOST_WAITING_OF_ADDRESS = 8;
  private static final int WRONG_AT_ONCE = 10;
  private static final Duration ANOTHER_WRONG = Duration.ofSeconds(10);

  private final Holders holders;
  private final BlockingWork checks;
  private final SecretHash hash = new SecretHash();
  private final Cache<String, Holder> right =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumSize(MOST_REMEMBERED)
          .executor(Runnable::run)
          .build();

  private final ClientBuckets wrong = new ClientBuckets(WRONG_AT_ONCE, 1, ANOTHER_WRONG);
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>(); // by address

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
  public Future<Optional<Credential>> of(Secret secret, String address) {
    if (!(secret instanceof Secret.Password password)) {
      return Future.succeededFuture(Optional.empty());
    }
    Holder holder = holders.known().byUser().get(password.user());
    String what = hash.of(password.user() + ":" + password.text());
    // Whoever has another password by now, or another role, is another one.
    if (holder != null && holder.equals(right.getIfPresent(what))) {
      return Future.succeededFuture(Optional.of(holder.credential()));
    }
    // Of each name by itself: behind one address there may be many people.
    String guesser = address + " " + password.user();
    Duration untilNext = wrong.untilNext(guesser);
    if (!untilNext.isZero()) {
      throw RefusedException.tooMany("too many wrong passwords, try again", untilNext);
    }
    return inTurn(address, () -> check(holder, password, what))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                wrong.take(guesser);
              }
            });
  }

  private <T> Future<T> inTurn(String address, Callable<T> check) {
    try {
      if (waiting.merge(address, 1, Integer::sum) > MOST_WAITING_OF_ADDRESS) {
        throw RefusedException.tooMany(
            "too many passwords of this address are being checked, try again; keys take no time",
            Duration.ofMillis(1));
      }
      return checks.run(check).onComplete(over -> hasWaited(address));
    } catch (RefusedException refused) {
      hasWaited(address);
      throw refused;
    }
  }

  private void hasWaited(String address) {
    waiting.computeIfPresent(address, (from, count) -> count == 1 ? null : count - 1);
  }

  private Optional<Credential> check(
      @Nullable Holder holder, Secret.Password password, String what) {
    if (holder == null || !(holder.proof() instanceof Proof.Password proof)) {
      // How long an answer takes does not tell who is known.
      holders.known().slowest().isOf(password.text());
      return Optional.empty();
    }
    if (!proof.isOf(password.text())) {
      return Optional.empty();
    }
    right.put(what, holder);
    return Optional.of(holder.credential());
  }
}
