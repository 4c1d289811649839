package io.flowledger.deploy.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PythonEnvironment.Finished;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.fixture.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of {@code deploy} for other programs, by those programs themselves. */
class DeploymentFilesIT {

  /** Of 10, as systemd reckons what a service may do that it need not. */
  private static final double MOST_EXPOSED = 2.0;

  /** Variables of the Compose files themselves. */
  private static final Set<String> OF_COMPOSE = Set.of("FLOWLEDGER_IMAGE", "FLOWLEDGER_BIND");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy/docker/Dockerfile",
        "deploy/docker/healthcheck",
        "deploy/compose/single.yaml",
        "deploy/compose/cluster.yaml",
        "deploy/compose/registry.yaml",
        "deploy/systemd/flowledger.service",
        "deploy/aws/ecs-task-definition.json",
        "deploy/helm/flowledger/templates/statefulset.yaml"
      })
  void variablesAreSettings(String file) {
    assertThat(Repository.settings())
        .containsAll(
            Repository.settings(Repository.read(file), name -> !OF_COMPOSE.contains(name)));
  }

  // ---- systemd ----------------------------------------------------------------------------------

  @Test
  void systemdTakesTheUnit() throws Exception {
    Path unit = folder.resolve("flowledger.service");
    Files.writeString(
        unit,
        Repository.read("deploy/systemd/flowledger.service")
            .replace("/opt/flowledger/bin/flowledger", Tool.of("true").program().toString()));
    Tool analyze = Tool.of("systemd-analyze");
    assertThat(analyze.run(folder, "verify", unit.toString())).isEmpty();
    analyze.run(
        folder,
        "security",
        "--offline=true",
        "--threshold=" + Math.round(MOST_EXPOSED * 10),
        unit.toString());
  }

  // ---- Compose ----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"single.yaml", "cluster.yaml", "cluster.yaml registry.yaml"})
  void composeTakesTheFiles(String files) throws Exception {
    StringBuilder arguments = new StringBuilder();
    for (String file : files.split(" ")) {
      arguments.append("-f ").append(Repository.ROOT.resolve("deploy/compose").resolve(file));
      arguments.append(' ');
    }
    Finished read =
        Tool.of("docker-compose")
            .attempt(
                folder, Map.of("GRAFANA_PASSWORD", "secret"), (arguments + "config -q").split(" "));
    assertThat(read.successful()).withFailMessage(read::output).isTrue();
  }

  // ---- ECS --------------------------------------------------------------------------------------

  @Test
  void theTaskOfEcsIsWhole() throws Exception {
    JsonNode task =
        new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .readTree(Repository.read("deploy/aws/ecs-task-definition.json"));
    JsonNode container = task.path("containerDefinitions").path(0);
    assertThat(container.path("mountPoints").path(0).path("sourceVolume"))
        .isEqualTo(task.path("volumes").path(0).path("name"));
    assertThat(container.path("user").asText()).isEqualTo("10001:10001");
    // what its shell does before the server starts
    Tool.of("bash").run(folder, "-n", "-c", container.path("command").path(0).asText());
  }

  // ---- Caddy -----------------------------------------------------------------------------------

  @Test
  void caddyTakesItsConfiguration() throws Exception {
    String file = Repository.ROOT.resolve("deploy/proxy/Caddyfile").toString();
    Finished read =
        Tool.of("caddy")
            .attempt(
                folder,
                Map.of("XDG_DATA_HOME", folder.toString(), "XDG_CONFIG_HOME", folder.toString()),
                "validate",
                "--adapter",
                "caddyfile",
                "--config",
                file);
    assertThat(read.successful()).withFailMessage(read::output).isTrue();
  }

  // ---- nginx ------------------------------------------------------------------------------------

  @Test
  void nginxTakesItsConfiguration() throws Exception {
    Path tls = Files.createDirectory(folder.resolve("tls"));
    Tool.of("openssl")
        .run(
            folder,
            ("req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout"
                    + " %s/flowledger.key -out %s/flowledger.pem")
                .formatted(tls, tls)
                .split(" "));
    Path whole =
        nginx(
            Repository.read("deploy/proxy/nginx.conf")
                .replace("/etc/nginx/tls", tls.toString())
                .replace("/var/log/nginx", folder.toString()));
    Tool.of("nginx").run(folder, "-t", "-c", whole.toString());
  }

  private Path nginx(String site) throws IOException {
    Path file = folder.resolve("site.conf");
    Files.writeString(file, site);
    Path whole = folder.resolve("nginx.conf");
    Files.writeString(
        whole,
        """
        daemon off;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log;
        events {}
        http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            include %1$s/site.conf;
        }
        """
            .formatted(folder));
    return whole;
  }

  /** Events come as they happen, long bodies and encoded paths as they are. */
  @Test
  @Timeout(120)
  void nginxLetsStreamsThrough() throws Exception {
    Tool nginx = Tool.of("nginx");
    int port = freePort();
    try (TestServer server = TestServer.start()) {
      String address = "127.0.0.1:" + server.port();
      Path whole =
          nginx(
              Repository.read("deploy/compose/balancer.conf")
                  .replaceAll("flowledger-1:8080", address)
                  .replaceAll(" +server flowledger-.*\n", "")
                  .replace("listen 8080", "listen 127.0.0.1:" + port));
      try (ChildProcess proxy = ChildProcess.of(nginx.command("-c", whole.toString()))) {
        Api through = new Api("http://127.0.0.1:" + port);
        Awaitility.await().until(() -> answers(port));
        through.created("/flows/F", "{}");
        through.created("/flows/F/run", "{\"tags\": [\"%s\"]}".formatted("t".repeat(1 << 19)));
        assertThat(through.get("/flows/F%2FG").body())
            .isEqualTo(Api.of(server).get("/flows/F%2FG").body());
        HttpResponse<InputStream> tail =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/flows/F/events"))
                        .header("Accept", "text/event-stream")
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader events =
            new BufferedReader(new InputStreamReader(tail.body(), StandardCharsets.UTF_8))) {
          next(events, ":"); // it tells that it has begun
          through.created("/flows/F/run", "{\"tags\": [\"later\"]}");
          next(events, "later"); // though the answer goes on
        }
      }
    }
  }

  private static void next(BufferedReader events, String text) throws IOException {
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      if (line.contains(text)) {
        return;
      }
    }
    throw new AssertionError("the stream has ended without " + text);
  }

  private static boolean answers(int port) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ping"))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (ConnectException notYet) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
