package io.flowledger.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flowledger.http.connection.AcceptRules;
import io.flowledger.http.fixture.Certificates;
import io.flowledger.http.fixture.RawConnection;
import io.flowledger.http.fixture.ServedPort;
import io.vertx.core.http.ClientAuth;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTlsTest {

  /** Of the event loops and more, so that each has some. */
  private static final int CONNECTIONS = 16;

  @TempDir private static Path shared;
  private static Certificates server;
  private static Certificates later;
  private static Certificates alice;

  @TempDir private Path folder;
  private final ServedPort port = new ServedPort();

  @SuppressWarnings("NullAway.Init")
  private ServerTls tls;

  @BeforeAll
  static void makeCertificates() {
    server = Certificates.make(shared, "server");
    later = Certificates.make(shared, "later");
    alice = Certificates.make(shared, "alice");
  }

  @AfterEach
  void stop() throws Exception {
    if (tls != null) {
      tls.close();
    }
    port.close();
  }

  private void open(TlsConfig config) throws Exception {
    tls = ServerTls.open(port.vertx(), config, port.metrics());
    port.open(
        web -> web.secured(Optional.of(tls)).accepting(new AcceptRules(1000, from -> true, true)),
        ServerTlsTest::mount);
  }

  private static void mount(Router router) {
    router.get("/version").handler(request -> request.response().end(version(request)));
    router.get("/subject").handler(request -> request.response().end(subject(request)));
  }

  private static String version(RoutingContext request) {
    return request.request().version() + " " + request.request().isSSL();
  }

  private static String subject(RoutingContext request) {
    try {
      return ((X509Certificate) request.request().connection().peerCertificates().get(0))
          .getSubjectX500Principal()
          .getName();
    } catch (SSLPeerUnverifiedException nobody) {
      return "nobody";
    }
  }

  /** Files of this test alone, that may be replaced. */
  private TlsConfig.Pem own() throws IOException {
    return new TlsConfig.Pem(
        Files.copy(server.certificate(), folder.resolve("cert")),
        Files.copy(server.key(), folder.resolve("key")));
  }

  private static TlsConfig withoutClients(TlsConfig.Identity identity) {
    return new TlsConfig(identity, Optional.empty(), ClientAuth.NONE);
  }

  private HttpResponse<String> get(SSLContext client, Version version, String path)
      throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .sslContext(client)
        .version(version)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + port.port() + path)).build(),
            BodyHandlers.ofString());
  }

  @Test
  void speaksHttp2AndHttp1() throws Exception {
    open(withoutClients(own()));
    assertThat(get(server.trusting(), Version.HTTP_2, "/version").body()).isEqualTo("HTTP_2 true");
    assertThat(get(server.trusting(), Version.HTTP_1_1, "/version").body())
        .isEqualTo("HTTP_1_1 true");
  }

  /** RFC 9113, section 8.2.2: a client may take such an answer for malformed. */
  @Test
  void answersOfHttp2SayNothingOfTheConnection() throws Exception {
    open(withoutClients(own()));
    HttpResponse<String> answer =
        get(server.trusting(), Version.HTTP_2, "/version?" + "x".repeat(9000));
    assertThat(answer.version()).isEqualTo(Version.HTTP_2);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("connection")).isEmpty();
  }

  @Test
  void readsPkcs12() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), Certificates.PASSWORD + "\n");
    open(withoutClients(new TlsConfig.Pkcs12(server.keystore(), Optional.of(password))));
    assertThat(get(server.trusting(), Version.HTTP_1_1, "/version").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhoeverSpeaksClearText() throws Exception {
    open(withoutClients(own()));
    try (RawConnection client = new RawConnection(port.port())) {
      client.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
      RawConnection.Answer answer = client.answersToTheEnd().get(0);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body())
          .isEqualTo("{\"message\": \"this port speaks TLS only: its URL begins with https://\"}");
    }
  }

  @Test
  void speaksTls12And13() throws Exception {
    open(withoutClients(own()));
    SSLContext client = server.trusting();
    for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket("localhost", port.port())) {
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      }
    }
  }

  @Test
  void clientsMayNeedACertificate() throws Exception {
    open(new TlsConfig(own(), Optional.of(alice.certificate()), ClientAuth.REQUIRED));
    assertThat(get(alice.trusting(server), Version.HTTP_2, "/subject").body())
        .isEqualTo("CN=alice");
    assertThatThrownBy(() -> get(server.trusting(), Version.HTTP_1_1, "/subject"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(later.trusting(server), Version.HTTP_1_1, "/subject"))
        .isInstanceOf(IOException.class);
    await()
        .untilAsserted(
            () ->
                assertThat(port.metrics().get("flowledger.tls.handshakes.failed").counter().count())
                    .isGreaterThanOrEqualTo(2)); // the client may try again
  }

  @Test
  void clientsMayShowACertificate() throws Exception {
    open(new TlsConfig(own(), Optional.of(alice.certificate()), ClientAuth.REQUEST));
    assertThat(get(alice.trusting(server), Version.HTTP_1_1, "/subject").body())
        .isEqualTo("CN=alice");
    assertThat(get(server.trusting(), Version.HTTP_1_1, "/subject").body()).isEqualTo("nobody");
  }

  /** Each event loop has a server of its own: all connections have to see it. */
  @Test
  void filesAreReplacedWhileItRuns() throws Exception {
    open(withoutClients(own()));
    assertThat(isServedBy(server)).isTrue();
    Files.write(folder.resolve("cert"), Files.readAllBytes(later.certificate()));
    Files.write(folder.resolve("key"), Files.readAllBytes(later.key()));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(isServedBy(later)).isTrue());
    assertThat(IntStream.range(0, CONNECTIONS).allMatch(i -> isServedBy(later))).isTrue();
    assertThat(reloads("loaded")).isEqualTo(1);
  }

  @Test
  void brokenFilesChangeNothing() throws Exception {
    open(withoutClients(own()));
    Files.write(folder.resolve("key"), Files.readAllBytes(later.key())); // of another certificate
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(reloads("failed")).isEqualTo(1));
    assertThat(IntStream.range(0, CONNECTIONS).allMatch(i -> isServedBy(server))).isTrue();

    Files.write(folder.resolve("cert"), Files.readAllBytes(later.certificate()));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(isServedBy(later)).isTrue());
    assertThat(reloads("failed")).isEqualTo(1);
  }

  @Test
  void doesNotStartWithAnotherKey() throws Exception {
    TlsConfig mixed = withoutClients(new TlsConfig.Pem(server.certificate(), later.key()));
    assertThatThrownBy(() -> ServerTls.open(port.vertx(), mixed, port.metrics()))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("the key is not the key of the certificate");
  }

  @Test
  void tellsWhenTheCertificateExpires() throws Exception {
    open(withoutClients(own()));
    assertThat(port.metrics().get("flowledger.tls.certificate.expiry.seconds").gauge().value())
        .isBetween(
            System.currentTimeMillis() / 1000.0 + Duration.ofDays(29).toSeconds(),
            System.currentTimeMillis() / 1000.0 + Duration.ofDays(30).toSeconds());
  }

  private double reloads(String result) {
    return port.metrics().get("flowledger.tls.reloads").tag("result", result).counter().count();
  }

  private boolean isServedBy(Certificates expected) {
    try (SSLSocket socket =
        (SSLSocket) expected.trusting().getSocketFactory().createSocket("localhost", port.port())) {
      socket.startHandshake();
      return true;
    } catch (SSLException another) {
      return false;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
