package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.flowledger.deploy.Main;
import io.flowledger.deploy.access.Holder;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.access.Proof;
import io.flowledger.deploy.access.TokenRules;
import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint, asked with every kind of key. */
class EntranceTest {

  private static final Set<String> EVERYBODY =
      Set.of(
          "/ping",
          "/version",
          "/healthcheck",
          "/health/live",
          "/health/ready",
          "/openapi.json",
          "/docs",
          "/docs/:file");
  private static final Set<String> READS = Set.of("GET", "HEAD");

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static KeyFile keys;

  @SuppressWarnings("NullAway.Init")
  private static RSAKey issuer;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @SuppressWarnings("NullAway.Init")
  private static List<Mounted> routes;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    routes = MountedRoutes.all();
    keys = new KeyFile(folder.resolve("keys"));
    for (Role role : Role.values()) {
      keys.add(key("a-" + role.label(), role.label(), role.label()));
    }
    keys.add(key("of-train", "reader:Train*,writer:TrainNet", "train"));
    keys.add(key("of-none", "reader:Nothing", "none"));
    keys.add(Holder.of("pat", Grants.of(Role.READER), Proof.Password.of("correct horse")));
    issuer = new RSAKeyGenerator(2048).keyID("one").generate();
    Path issuers = folder.resolve("issuers.json");
    Files.writeString(issuers, new JWKSet(issuer).toPublicJWKSet().toString());
    server =
        TestServer.start(
            TestServer.config(folder.resolve("data"))
                .withAccess(
                    new AccessConfig(
                        Optional.of(keys.path()),
                        Optional.of(
                            new TokenRules(
                                issuers.toString(),
                                "issuer",
                                Set.of(),
                                List.of("RS256"),
                                "sub",
                                "roles",
                                Duration.ZERO)),
                        Optional.empty(),
                        false,
                        Grants.NONE,
                        false)));
    api = Api.of(server);
  }

  private static Holder key(String name, String roles, String secret) {
    return Holder.of(name, Grants.parse(roles), Proof.Key.of(secret));
  }

  /** A token of somebody with a role. */
  private static String token(String role, Instant expires) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
              new JWTClaimsSet.Builder()
                  .issuer("issuer")
                  .subject("t-" + role)
                  .claim("roles", List.of(role))
                  .expirationTime(Date.from(expires))
                  .build());
      token.sign(new RSASSASigner(issuer));
      return "Bearer " + token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Api.Answer ask(Mounted route, String... headers) {
    String body = READS.contains(route.method()) ? "" : "{}";
    return api.send(route.method(), route.existing(), body, headers);
  }

  private static boolean isForEverybody(Mounted route) {
    return EVERYBODY.contains(route.path());
  }

  @Test
  void nobodyWithoutAKeyIsLetIn() {
    assertThat(routes).hasSizeGreaterThan(50);
    for (Mounted route : routes) {
      if (!isForEverybody(route)) {
        assertThat(ask(route).status()).as("%s", route).isEqualTo(401);
        Api.Answer strange = ask(route, "x-api-key", "nobody");
        assertThat(strange.status()).as("%s", route).isEqualTo(401);
        // The same whatever is there.
        if (!route.method().equals("HEAD")) {
          assertThat(strange.body()).contains("\"this key is not known here\"");
        }
      }
    }
  }

  /** Every way to be nobody, at every endpoint: the answer is the same whatever is there. */
  @Test
  void whoIsNotKnownIsLetInNowhere() {
    Instant now = Instant.now();
    for (Mounted route : routes) {
      if (!isForEverybody(route)) {
        for (String authorization :
            List.of(
                token("admin", now.minusSeconds(5)),
                token("admin", now.plusSeconds(60)).replaceFirst("....$", "AAAA"),
                "Bearer ",
                "Negotiate x",
                "Basic %%%")) {
          assertThat(ask(route, "Authorization", authorization).status())
              .as("%s %s", route, authorization)
              .isEqualTo(401);
        }
      }
    }
    assertThat(ask(routes.get(0), "Authorization", basic("pat:wrong")).status()).isEqualTo(401);
  }

  /** Those of another flow get the same answer at every endpoint of a flow, be it there or not. */
  @Test
  void whoHasAnotherFlowSeesNothingOfThisOne() {
    for (Mounted route : routes) {
      if (route.path().startsWith("/flows/:flow")) {
        Api.Answer there = ask(route, "x-api-key", "train");
        Api.Answer nowhere =
            api.send(
                route.method(),
                route.existing().replaceFirst("/flows/F", "/flows/Missing"),
                READS.contains(route.method()) ? "" : "{}",
                "x-api-key",
                "train");
        assertThat(there.status()).as("%s", route).isEqualTo(403);
        assertThat(nowhere.status()).as("%s", route).isEqualTo(403);
        assertThat(nowhere.body().replace("Missing", "F")).isEqualTo(there.body());
      }
    }
  }

  @Test
  void listingsShowWhatOneMayRead() {
    for (String flow : List.of("TrainNet", "TrainTree", "Secret")) {
      assertThat(api.send("POST", "/flows/" + flow, "{}", "x-api-key", "writer").status())
          .isIn(200, 409);
      api.send(
          "POST", "/flows/" + flow + "/run", "{\"tags\": [\"shared-tag\"]}", "x-api-key", "writer");
    }
    for (String path : List.of("/flows", "/flows?_limit=10", "/search?tag=shared-tag", "/events")) {
      assertThat(api.send("GET", path, "", "x-api-key", "reader").body())
          .contains("TrainNet", "TrainTree", "Secret");
      assertThat(api.send("GET", path, "", "x-api-key", "train").body())
          .as(path)
          .contains("TrainNet", "TrainTree")
          .doesNotContain("Secret");
      assertThat(api.send("GET", path, "", "x-api-key", "none").body())
          .doesNotContain("Train", "Secret");
    }
    for (String path : List.of("/search?tag=shared-tag&flow=Secret", "/events?flow=Secret")) {
      assertThat(api.send("GET", path, "", "x-api-key", "train").status()).isEqualTo(403);
    }
  }

  /** Of many writes in one request those are refused that are of other flows, and no others. */
  @Test
  void entriesOfOtherFlowsAreRefused() {
    api.send("POST", "/flows/TrainNet", "{}", "x-api-key", "writer");
    api.send("POST", "/flows/Kept", "{}", "x-api-key", "writer");
    String lines =
        """
        {"type": "run", "flow_id": "TrainNet", "ref": "mine"}
        {"type": "step", "run_number": "$mine", "step_name": "start"}
        {"type": "run", "flow_id": "Kept", "ref": "theirs"}
        {"type": "step", "run_number": "$theirs", "step_name": "start"}
        {"type": "run", "flow_id": "TrainTree"}
        {"type": "flow", "flow_id": "Invented"}
        """;
    String[] answer = api.send("POST", "/events", lines, "x-api-key", "train").body().split("\n");
    assertThat(answer[0]).contains("\"result\": \"created\"");
    assertThat(answer[1]).contains("\"result\": \"created\"");
    assertThat(answer[2]).contains("\"status\": 403", "of-train may not write flow Kept");
    assertThat(answer[3]).contains("\"result\": \"rejected\"");
    assertThat(answer[4]).contains("\"status\": 403", "may not write flow TrainTree");
    assertThat(answer[5]).contains("\"status\": 403", "may not write flow Invented");
    assertThat(api.send("GET", "/flows/Kept/runs", "", "x-api-key", "reader").body())
        .isEqualTo("[]");
  }

  @Test
  void tokensAndPasswordsLetInToo() {
    Instant soon = Instant.now().plusSeconds(60);
    assertThat(api.send("POST", "/flows/T", "{}", "Authorization", token("writer", soon)).status())
        .isEqualTo(200);
    assertThat(api.send("POST", "/flows/U", "{}", "Authorization", token("reader", soon)).status())
        .isEqualTo(403);
    assertThat(api.send("GET", "/flows", "", "Authorization", token("boss", soon)))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(403))
        .satisfies(answer -> assertThat(answer.body()).contains("somebody without a role here"));
    assertThat(api.send("GET", "/flows/T/events", "", "Authorization", basic("pat:correct horse")))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
        .satisfies(answer -> assertThat(answer.body()).contains("\"credential\": \"t-writer\""));
  }

  @Test
  void whatIsForEverybodyAsksForNone() {
    for (Mounted route : routes) {
      if (isForEverybody(route)) {
        assertThat(ask(route).status()).as("%s", route).isEqualTo(200);
        assertThat(ask(route, "x-api-key", "nobody").status()).as("%s", route).isEqualTo(200);
      }
    }
  }

  @Test
  void readersChangeNothing() {
    for (Mounted route : routes) {
      int status = ask(route, "x-api-key", "reader").status();
      if (READS.contains(route.method()) || route.path().equals("/mcp")) {
        assertThat(status).as("%s", route).isNotEqualTo(401);
      } else if (!isForEverybody(route)) {
        assertThat(status).as("%s", route).isEqualTo(403);
      }
    }
  }

  @Test
  void operatingIsForAdminsWhereverTheyAre() {
    String[] paths = {"/flowledger/import", "/flowledger/dead-letters/redrive"};
    for (String path : paths) {
      assertThat(api.send("POST", path, "", "x-api-key", "writer", "Flowledger-Operator", "1"))
          .satisfies(answer -> assertThat(answer.status()).isEqualTo(403))
          .satisfies(answer -> assertThat(answer.body()).contains("of the role admin only"));
      assertThat(api.send("POST", path, "", "x-api-key", "admin", "Via", "1.1 proxy").status())
          .isNotIn(401, 403);
    }
  }

  @Test
  void historyTellsWhoItWas() {
    assertThat(api.send("POST", "/flows/H", "{}", "x-api-key", "writer").status()).isEqualTo(200);
    assertThat(api.send("GET", "/flows/H/events", "", "x-api-key", "reader").body())
        .contains("\"credential\": \"a-writer\"")
        .doesNotContain("\"credential\": null");
  }

  private record Ended(int status, String out, String err) {}

  private static Ended run(String key, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Map<String, String> environment =
        Map.of("METAFLOW_SERVICE_URL", server.url(""), "METAFLOW_SERVICE_AUTH_KEY", key);
    int status =
        Main.run(args, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  @Test
  void commandsSendTheKeyOfTheirUser() throws IOException {
    Path lines = Files.writeString(folder.resolve("lines"), "\n");
    assertThat(run("admin", "import", lines.toString()).out()).startsWith("0 events imported");
    assertThat(run("writer", "import", lines.toString()).err())
        .contains("events are imported by credentials of the role admin only");
    assertThat(run("nobody", "search", "a=b").err())
        .contains("this key is not known here", "METAFLOW_SERVICE_AUTH_KEY");
  }

  @Test
  void aKeyThatIsMadeOrRevokedIsSoWithoutARestart() throws IOException {
    keys.add(key("late", "reader", "of-late"));
    String[] header = {"x-api-key", "of-late"};
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> api.send("GET", "/flows", "", header).status() == 200);
    keys.remove("late");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> api.send("GET", "/flows", "", header).status() == 401);
  }

  @Test
  void aServerWhoseKeysAreNotThereDoesNotStart() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(
            () ->
                TestServer.start(
                    TestServer.config(folder.resolve("other"))
                        .withAccess(AccessConfig.of(nowhere))))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "--keys: there is no file %s; 'flowledger keys create' makes it".formatted(nowhere));
  }
}
