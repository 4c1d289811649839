package io.flowledger.deploy.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AuditOptionsTest {

  private static final String SERVER = "METAFLOW_SERVICE_URL";

  private static ServerAuditor auditor(Map<String, String> environment) {
    return (ServerAuditor)
        new AuditOptions(environment)
            .auditorByDefaultServer(
                folder -> {
                  throw new AssertionError("no folder is named");
                });
  }

  @Test
  void theServerIsThatOfTheEnvironmentIfOneIsSetThere() {
    assertThat(auditor(Map.of(SERVER, "http://there:1/")).url()).isEqualTo("http://there:1");
    assertThat(auditor(Map.of(SERVER, "")).url()).isEqualTo("http://127.0.0.1:8080");
    assertThat(auditor(Map.of()).url()).isEqualTo("http://127.0.0.1:8080");
  }

  @Test
  void aServerIsToldTheKeyOfTheEnvironment() throws IOException {
    List<PartitionHead> heads = List.of(new PartitionHead("events", 0, LogHead.EMPTY));
    List<String> keys = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/audit/head",
        exchange -> {
          keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key")));
          byte[] body = PartitionHead.toJson(heads).toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      String key = "METAFLOW_SERVICE_AUTH_KEY";
      assertThat(auditor(Map.of(SERVER, url, key, "secret")).heads())
          .extracting(PartitionHead::topic)
          .containsExactly("events");
      auditor(Map.of(SERVER, url, key, "")).heads();
      assertThat(keys).containsExactly("secret", "null");
    } finally {
      server.stop(0);
    }
  }
}
