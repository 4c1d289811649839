package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Secret;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {

  private static final String ISSUER = "https://login.x.org";

  @SuppressWarnings("NullAway.Init")
  private static RSAKey issuers;

  @SuppressWarnings("NullAway.Init")
  private static RSAKey strangers;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Path file = Path.of("");

  @BeforeAll
  static void makeKeys() throws JOSEException {
    issuers = new RSAKeyGenerator(2048).keyID("one").generate();
    strangers = new RSAKeyGenerator(2048).keyID("one").generate();
  }

  @BeforeEach
  void publish() throws IOException {
    file = Files.writeString(folder.resolve("keys.json"), published(issuers));
  }

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static String published(RSAKey key) {
    return new JWKSet(key).toPublicJWKSet().toString();
  }

  private static TokenRules rules(String keys) {
    return new TokenRules(
        keys,
        ISSUER,
        Set.of("flowledger"),
        List.of("RS256", "ES256"),
        "sub",
        "realm.roles",
        Duration.ofSeconds(60));
  }

  private Tokens tokens(String keys) {
    return new Tokens(
        rules(keys),
        new Directory(Holders.nobody(), Proof.Voucher.TOKEN, Grants.parse("reader")),
        Clock.systemUTC(),
        vertx);
  }

  private static Optional<Credential> ask(Tokens tokens, String token) {
    return tokens.of(new Secret.Bearer(token), "").toCompletionStage().toCompletableFuture().join();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(List.of("other", "flowledger"))
        .subject("ada@x.org")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
  }

  private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(claims, JWSAlgorithm.RS256, new RSASSASigner(issuers));
  }

  private static String signed(JWTClaimsSet.Builder claims, JWSAlgorithm by, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(by).keyID("one").build(), claims.build());
    token.sign(signer);
    return token.serialize();
  }

  @Test
  void aTokenOfTheIssuerSaysWhoItIs() throws JOSEException {
    Tokens tokens = tokens(file.toString());
    String token = signed(claims());
    for (int i = 0; i < 2; i++) { // the second time it is remembered
      assertThat(ask(tokens, token))
          .hasValueSatisfying(
              who -> {
                assertThat(who.name()).isEqualTo("ada@x.org");
                assertThat(who.grants()).hasToString("reader");
              });
    }
  }

  @Test
  void rolesOfOthersDoNotCount() throws JOSEException {
    Tokens tokens = tokens(file.toString());
    Map<String, Object> realm =
        Map.of("roles", List.of("offline_access", "writer:Train*", "admin:x", "reader"));
    assertThat(ask(tokens, signed(claims().claim("realm", realm))).orElseThrow().grants())
        .hasToString("writer:Train*,reader");
    assertThat(ask(tokens, signed(claims().claim("realm", "admin"))).orElseThrow().grants())
        .hasToString("reader");
    assertThat(
            ask(tokens, signed(claims().claim("realm", Map.of("roles", "x admin"))))
                .orElseThrow()
                .grants())
        .hasToString("admin");
  }

  @Test
  void theFileKnowsBetter() throws JOSEException, IOException {
    KeyFile known = new KeyFile(folder.resolve("known"));
    known.add(
        Holder.of("ada@x.org", Grants.parse("writer"), new Proof.Vouched(Proof.Voucher.TOKEN)));
    try (Holders holders = Holders.in(known)) {
      Tokens tokens =
          new Tokens(
              rules(file.toString()),
              new Directory(holders, Proof.Voucher.TOKEN, Grants.NONE),
              Clock.systemUTC(),
              vertx);
      Map<String, Object> realm = Map.of("roles", List.of("admin"));
      assertThat(ask(tokens, signed(claims().claim("realm", realm))).orElseThrow().grants())
          .hasToString("writer");
    }
  }

  @Test
  void whatIsNotOfTheIssuerOrNotForUsIsNobodys() throws JOSEException {
    Tokens tokens = tokens(file.toString());
    Instant now = Instant.now();
    byte[] publicKey =
        Base64.getEncoder().encode(issuers.toPublicKey().getEncoded()); // as an HMAC secret
    String right = signed(claims());
    for (String token :
        List.of(
            signed(claims(), JWSAlgorithm.RS256, new RSASSASigner(strangers)),
            signed(claims(), JWSAlgorithm.RS512, new RSASSASigner(issuers)),
            signed(claims(), JWSAlgorithm.HS256, new MACSigner(publicKey)),
            new PlainJWT(claims().build()).serialize(),
            signed(claims().issuer("https://evil.org")),
            signed(claims().audience("another")),
            signed(claims().subject(null)),
            signed(claims().subject("no name")),
            signed(claims().expirationTime(null)),
            signed(claims().notBeforeTime(Date.from(now.plusSeconds(120)))),
            right.substring(0, right.length() - 4) + "AAAA",
            "a.b.c",
            right + ".x",
            "flk_something")) {
      assertThat(ask(tokens, token)).as(token).isEmpty();
    }
  }

  @Test
  void whoeverHasAnOldOneIsToldSo() throws JOSEException {
    Tokens tokens = tokens(file.toString());
    Instant now = Instant.now();
    assertThat(ask(tokens, signed(claims().expirationTime(Date.from(now.minusSeconds(30))))))
        .isPresent();
    String old = signed(claims().expirationTime(Date.from(now.minusSeconds(90))));
    assertThatThrownBy(() -> ask(tokens, old))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("the token has expired");
  }

  @Test
  void keysMayBeInPem() throws JOSEException, IOException {
    ECKey elliptic = new ECKeyGenerator(Curve.P_256).generate();
    Path pem =
        Files.writeString(
            folder.resolve("keys.pem"),
            pem(issuers.toPublicKey().getEncoded()) + pem(elliptic.toPublicKey().getEncoded()));
    Tokens tokens = tokens(pem.toString());
    assertThat(ask(tokens, signed(claims()))).isPresent();
    assertThat(ask(tokens, signed(claims(), JWSAlgorithm.ES256, new ECDSASigner(elliptic))))
        .isPresent();
    assertThat(ask(tokens, signed(claims(), JWSAlgorithm.RS256, new RSASSASigner(strangers))))
        .isEmpty();
  }

  private static String pem(byte[] key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** An issuer changes its keys without telling anybody, and may be away. */
  @Test
  void keysOfAUrlMayChange() throws JOSEException, IOException {
    RSAKey next = new RSAKeyGenerator(2048).keyID("two").generate();
    AtomicReference<String> keys = new AtomicReference<>(published(issuers));
    HttpServer issuer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          byte[] body = Objects.requireNonNull(keys.get()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    issuer.start();
    String url = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
    try {
      Tokens tokens = tokens(url);
      assertThat(ask(tokens, signed(claims()))).isPresent();
      keys.set(published(next));
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("two").build(), claims().build());
      token.sign(new RSASSASigner(next));
      assertThat(ask(tokens, token.serialize())).isPresent();
    } finally {
      issuer.stop(0);
    }
    Tokens tokens = tokens(url);
    String token = signed(claims());
    assertThatThrownBy(() -> ask(tokens, token))
        .hasMessageContaining("cannot be had now, try again");
  }

  @Test
  void rulesThatCannotBeAreRefusedAtTheStart() throws IOException {
    assertThatThrownBy(() -> tokens(folder.resolve("nowhere").toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
    Path nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
    assertThatThrownBy(() -> tokens(nonsense.toString()))
        .hasMessageContaining("neither a JSON Web Key Set nor public keys in PEM");
    TokenRules shared =
        new TokenRules(
            file.toString(), ISSUER, Set.of(), List.of("HS256"), "sub", "r", Duration.ZERO);
    assertThatThrownBy(
            () ->
                new Tokens(
                    shared,
                    new Directory(Holders.nobody(), Proof.Voucher.TOKEN, Grants.NONE),
                    Clock.systemUTC(),
                    vertx))
        .hasMessageContaining("'HS256' is no algorithm of a public key; such are");
  }
}
