package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.access.ApiKey;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import io.flowledger.http.access.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final Set<String> EVERYBODY = Set.of("/ping", "/version", "/healthcheck");
  private static final Set<String> READS = Set.of("GET", "HEAD");

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static KeyFile keys;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @SuppressWarnings("NullAway.Init")
  private static List<Mounted> routes;

  @BeforeAll
  static void start() throws IOException {
    routes = MountedRoutes.all();
    keys = new KeyFile(folder.resolve("keys"));
    for (Role role : Role.values()) {
      keys.add(ApiKey.of("a-" + role.label(), role, role.label()));
    }
    server =
        TestServer.start(
            TestServer.config(folder.resolve("data"))
                .withAccess(new AccessConfig(Optional.of(keys.path()))));
    api = Api.of(server);
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

  @Test
  void whatIsForEverybodyAsksForNone() {
    for (String path : EVERYBODY) {
      assertThat(api.get(path).status()).isEqualTo(200);
      assertThat(api.send("GET", path, "", "x-api-key", "nobody").status()).isEqualTo(200);
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
    keys.add(ApiKey.of("late", Role.READER, "of-late"));
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
                        .withAccess(new AccessConfig(Optional.of(nowhere)))))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "--keys: there is no file %s; 'flowledger keys create' makes it".formatted(nowhere));
  }
}
