package io.flowledger.deploy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimNames;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.flowledger.http.BlockingWork;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Credentials;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Secret;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON Web Tokens of an issuer. Its keys may have to be fetched, so that happens on threads of its
 * own; a token that was right is known for a minute, or until it expires.
 */
public final class Tokens implements Credentials {

  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
  private static final int MOST_CHARACTERS = 16 << 10;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int MOST_WAITING = 256;
  private static final int THREADS = 2;
  private static final int MOST_ROLES = 64;

  private final TokenRules rules;
  private final Directory directory;
  private final Clock clock;
  private final BlockingWork checks;
  private final DefaultJWTProcessor<SecurityContext> processor;
  private final SecretHash hash = new SecretHash();
  private final AtomicBoolean keysMissing = new AtomicBoolean();
  private final Cache<String, Right> right =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumSize(MOST_REMEMBERED)
          .executor(Runnable::run)
          .build();

  /**
   * What a token said that was right.
   *
   * @param expires epoch milliseconds
   */
  private record Right(String name, Optional<Grants> grants, long expires) {}

  /**
   * @throws IllegalArgumentException when there can be no keys where the rules say, or no such
   *     algorithms
   */
  public Tokens(TokenRules rules, Directory directory, Clock clock, Vertx vertx) {
    this.rules = rules;
    this.directory = directory;
    this.clock = clock;
    this.processor = processor(rules);
    this.checks =
        BlockingWork.on(
            new BlockingWork.Threads("tokens", THREADS, Duration.ofSeconds(30)),
            vertx,
            MOST_WAITING,
            () -> RefusedException.unavailable("too many tokens are being checked, try again"));
  }

  private static DefaultJWTProcessor<SecurityContext> processor(TokenRules rules) {
    Set<JWSAlgorithm> algorithms =
        rules.algorithms().stream().map(Tokens::algorithm).collect(Collectors.toSet());
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(TokenKeys.at(rules.keys(), algorithms));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            rules.audiences().isEmpty() ? null : rules.audiences(),
            new JWTClaimsSet.Builder().issuer(rules.issuer()).build(),
            Set.of(JWTClaimNames.EXPIRATION_TIME, rules.nameClaim()),
            Set.of());
    claims.setMaxClockSkew(Math.toIntExact(rules.skew().toSeconds()));
    processor.setJWTClaimsSetVerifier(claims);
    return processor;
  }

  private static JWSAlgorithm algorithm(String name) {
    JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
    if (!JWSAlgorithm.Family.SIGNATURE.contains(algorithm)) {
      throw new IllegalArgumentException(
          "'%s' is no algorithm of a public key; such are %s"
              .formatted(
                  name,
                  JWSAlgorithm.Family.SIGNATURE.stream()
                      .map(JWSAlgorithm::getName)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    return algorithm;
  }

  @Override
  public Future<Optional<Credential>> of(Secret secret, String address) {
    if (!(secret instanceof Secret.Bearer bearer)
        || bearer.text().length() > MOST_CHARACTERS
        || !SHAPE.matcher(bearer.text()).matches()) {
      return Future.succeededFuture(Optional.empty());
    }
    String what = hash.of(bearer.text());
    Right known = right.getIfPresent(what);
    return known != null && clock.millis() < known.expires()
        ? Future.succeededFuture(credential(known))
        : checks.run(() -> check(bearer.text(), what).flatMap(this::credential));
  }

  /** What the file says of somebody may change, so it is asked each time. */
  private Optional<Credential> credential(Right token) {
    return directory.of(token.name(), token.grants());
  }

  private Optional<Right> check(String token, String what) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      keysMissing.set(false);
      Object name = claims.getClaim(rules.nameClaim());
      if (!(name instanceof String text)) {
        return Optional.empty();
      }
      Right found =
          new Right(
              text,
              grants(claims.toJSONObject()),
              claims.getExpirationTime().getTime() + rules.skew().toMillis());
      right.put(what, found);
      return Optional.of(found);
    } catch (ExpiredJWTException e) {
      throw new RefusedException(Reason.UNAUTHENTICATED, "the token has expired");
    } catch (BadJOSEException | ParseException e) {
      LOG.debug("a token is refused: {}", e.getMessage());
      return Optional.empty();
    } catch (JOSEException e) {
      if (!keysMissing.getAndSet(true)) {
        LOG.error("the keys of {} cannot be had: {}", rules.issuer(), e.toString());
      }
      throw RefusedException.unavailable(
          "the keys that tokens are signed with cannot be had now, try again");
    }
  }

  /** Of all roles that it names, those that are ours; empty where there are none. */
  private Optional<Grants> grants(Map<String, Object> claims) {
    Object value = claims;
    for (String name : rules.rolesClaim().split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    String ours =
        words(value).limit(MOST_ROLES).filter(Tokens::isOurs).collect(Collectors.joining(","));
    return ours.isEmpty() ? Optional.empty() : Optional.of(Grants.parse(ours));
  }

  private static Stream<String> words(@Nullable Object value) {
    if (value instanceof String text) {
      return Stream.of(text.split("[ ,]+"));
    }
    return value instanceof Collection<?> list
        ? List.copyOf(list).stream().filter(String.class::isInstance).map(String.class::cast)
        : Stream.empty();
  }

  private static boolean isOurs(String role) {
    try {
      Grants.parse(role);
      return !role.isEmpty();
    } catch (IllegalArgumentException ofOthers) {
      return false;
    }
  }
}
