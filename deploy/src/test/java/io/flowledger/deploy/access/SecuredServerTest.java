package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import io.flowledger.http.access.Grants;
import io.flowledger.http.edge.AddressRanges;
import io.flowledger.http.edge.EdgeConfig;
import io.flowledger.http.edge.EdgeLimits;
import io.flowledger.http.fixture.Certificates;
import io.flowledger.http.tls.TlsConfig;
import io.vertx.core.http.ClientAuth;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS, behind a proxy or not, asked in both versions of HTTP. */
class SecuredServerTest {

  private static final Set<String> READS = Set.of("GET", "HEAD");
  private static final String USER = "X-Forwarded-User";

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Certificates servers;

  @SuppressWarnings("NullAway.Init")
  private static Certificates alices;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    servers = Certificates.make(folder, "server");
    alices = Certificates.make(folder, "alice");
    KeyFile known = new KeyFile(folder.resolve("keys"));
    known.add(Holder.of("rita", Grants.parse("reader"), Proof.Key.of("reader")));
    known.add(Holder.of("tim", Grants.parse("reader:Train*"), Proof.Key.of("train")));
    known.add(Holder.of("ada", Grants.parse("admin"), Proof.Key.of("admin")));
    known.add(
        Holder.of("alice", Grants.parse("writer"), new Proof.Vouched(Proof.Voucher.CERTIFICATE)));
    known.add(Holder.of("bo", Grants.parse("writer:B*"), new Proof.Vouched(Proof.Voucher.PROXY)));
    server = start(AddressRanges.parse("127.0.0.0/8"), known.path(), "data");
  }

  private static TestServer start(AddressRanges proxies, Path known, String data) {
    TlsConfig tls =
        new TlsConfig(
            new TlsConfig.Pem(servers.certificate(), servers.key()),
            Optional.of(alices.certificate()),
            ClientAuth.REQUEST);
    return TestServer.start(
        TestServer.config(folder.resolve(data))
            .withAccess(
                new AccessConfig(
                    Optional.of(known),
                    Optional.empty(),
                    Optional.of(USER),
                    true,
                    Grants.NONE,
                    false))
            .withEdge(
                new EdgeConfig(
                    Optional.of(tls), AddressRanges.none(), proxies, "", EdgeLimits.DEFAULTS)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpClient client(HttpClient.Version version, SSLContext context) {
    return HttpClient.newBuilder().version(version).sslContext(context).build();
  }

  private static HttpResponse<String> send(
      HttpClient client, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What each kind of sender is answered at an endpoint, before it has done anything. */
  private static Map<String, Integer> refusals(HttpClient client, Mounted route) {
    Map<String, String[]> senders = new LinkedHashMap<>();
    senders.put("nobody", new String[] {});
    senders.put("a stranger", new String[] {"x-api-key", "strange"});
    senders.put("an unknown person", new String[] {USER, "nobody.known"});
    senders.put("a reader", new String[] {"x-api-key", "reader"});
    senders.put("a reader of other flows", new String[] {"Authorization", "Bearer train"});
    senders.put("a writer of other flows", new String[] {USER, "bo"});
    Map<String, Integer> answers = new LinkedHashMap<>();
    String body = READS.contains(route.method()) ? "" : "{}";
    senders.forEach(
        (sender, headers) -> {
          int status = send(client, route.method(), route.existing(), body, headers).statusCode();
          answers.put(sender, status == 401 || status == 403 ? status : 0);
        });
    return answers;
  }

  @Test
  void bothVersionsOfHttpRefuseTheSame() throws GeneralSecurityException {
    HttpClient older = client(HttpClient.Version.HTTP_1_1, servers.trusting());
    HttpClient newer = client(HttpClient.Version.HTTP_2, servers.trusting());
    assertThat(send(older, "GET", "/ping", "").version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(send(newer, "GET", "/ping", "").version()).isEqualTo(HttpClient.Version.HTTP_2);
    List<String> open = new ArrayList<>();
    for (Mounted route : MountedRoutes.all()) {
      Map<String, Integer> refusals = refusals(older, route);
      assertThat(refusals(newer, route)).as("%s", route).isEqualTo(refusals);
      if (!Integer.valueOf(401).equals(refusals.get("nobody"))) {
        open.add(route.path());
        continue;
      }
      assertThat(refusals)
          .as("%s", route)
          .containsEntry("a stranger", 401)
          .containsEntry("an unknown person", 403);
      if (route.path().startsWith("/flows/:flow")) {
        assertThat(refusals)
            .as("%s", route)
            .containsEntry("a reader of other flows", 403)
            .containsEntry("a writer of other flows", 403);
      }
    }
    assertThat(open)
        .containsOnly(
            "/ping",
            "/version",
            "/healthcheck",
            "/health/live",
            "/health/ready",
            "/openapi.json",
            "/docs",
            "/docs/:file");
  }

  @Test
  void aCertificateSaysWhoItIs() throws GeneralSecurityException {
    HttpClient alice = client(HttpClient.Version.HTTP_2, alices.trusting(servers));
    assertThat(send(alice, "POST", "/flows/OfAlice", "{}").statusCode()).isEqualTo(200);
    assertThat(send(alice, "GET", "/flows/OfAlice/events", "").body())
        .contains("\"credential\": \"alice\"");
    // A key says more.
    assertThat(send(alice, "POST", "/flows/OfRita", "{}", "x-api-key", "reader").statusCode())
        .isEqualTo(403);
    assertThat(send(alice, "GET", "/flows", "", "x-api-key", "strange").statusCode())
        .isEqualTo(401);
    // The tools for models see what their caller may, whatever that has been proven by.
    String call =
        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\":"
            + " {\"name\": \"list_flows\", \"arguments\": {}}}";
    assertThat(send(alice, "POST", "/mcp", call).body()).contains("OfAlice");
    assertThat(send(alice, "POST", "/mcp", call, "x-api-key", "train").body())
        .contains("\"result\"")
        .doesNotContain("OfAlice");
  }

  @Test
  void aProxySaysWhoItIs() throws GeneralSecurityException {
    HttpClient proxy = client(HttpClient.Version.HTTP_1_1, servers.trusting());
    assertThat(send(proxy, "POST", "/flows/Bees", "{}", USER, "bo").statusCode()).isEqualTo(200);
    assertThat(send(proxy, "GET", "/flows/Bees/events", "", "x-api-key", "reader").body())
        .contains("\"credential\": \"bo\"");
    // She is known by her certificate: the proxy is not believed about her.
    assertThat(send(proxy, "GET", "/flows", "", USER, "alice").statusCode()).isEqualTo(403);
    assertThat(send(proxy, "GET", "/flowledger/dead-letters", "", USER, "bo").statusCode())
        .isEqualTo(403);
    assertThat(
            send(proxy, "GET", "/flowledger/dead-letters", "", "x-api-key", "reader").statusCode())
        .isEqualTo(200);
    // Its users' browsers send what proves who they are for any page.
    assertThat(
            send(proxy, "POST", "/flows/Bugs", "{}", USER, "bo", "Origin", "https://evil.org")
                .statusCode())
        .isEqualTo(403);
    assertThat(send(proxy, "POST", "/flows/Ants", "{}", USER, "bo").statusCode()).isEqualTo(403);
    assertThat(send(proxy, "GET", "/flows", "", USER, "no name").statusCode()).isEqualTo(401);
    assertThat(send(proxy, "GET", "/flows", "", USER, "bo", USER, "alice").statusCode())
        .isEqualTo(401);
    assertThat(send(proxy, "GET", "/flows", "", USER, "").statusCode()).isEqualTo(401);
  }

  /** Anybody can send the header. */
  @Test
  void whoIsNoTrustedProxyIsNotBelieved() throws GeneralSecurityException {
    HttpClient client = client(HttpClient.Version.HTTP_1_1, servers.trusting());
    TestServer of = server;
    try (TestServer other =
        start(AddressRanges.parse("192.0.2.0/24"), folder.resolve("keys"), "other")) {
      server = other;
      assertThat(send(client, "GET", "/flows", "", USER, "alice").statusCode()).isEqualTo(401);
      assertThat(
              send(client, "GET", "/flows", "", USER, "alice", "x-api-key", "reader").statusCode())
          .isEqualTo(200);
    } finally {
      server = of;
    }
  }
}
