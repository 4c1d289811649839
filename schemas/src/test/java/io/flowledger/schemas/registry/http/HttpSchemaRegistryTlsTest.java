package io.flowledger.schemas.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that shows a certificate, and wants one. */
class HttpSchemaRegistryTlsTest {

  private static final String PASSWORD = "changeit";
  private static final String SSL = "schema.registry.ssl.";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static FakeRegistry server;

  @BeforeAll
  static void start() throws IOException, InterruptedException, GeneralSecurityException {
    makeKey("server", "PKCS12");
    makeKey("client", "PKCS12");
    makeKey("client-old", "JKS");
    trust("for-server", "PKCS12", "client", "client-old");
    trust("for-client", "PKCS12", "server");
    trust("for-client-old", "JKS", "server");
    server = FakeRegistry.start(context());
    server.answers(
        "GET /schemas/ids/7",
        200,
        "{\"schema\":\""
            + Heartbeat.getClassSchema().toString().replace("\\", "\\\\").replace("\"", "\\\"")
            + "\"}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // ---- the stores ------------------------------------------------------------------------------

  private static void makeKey(String name, String type) throws IOException, InterruptedException {
    keytool(
        "-genkeypair -keyalg EC -validity 7 -alias %s -dname CN=%s -ext SAN=dns:localhost"
            .formatted(name, name),
        name,
        type);
    keytool(
        "-exportcert -rfc -alias %s -file %s".formatted(name, folder.resolve(name + ".crt")),
        name,
        type);
  }

  private static void trust(String store, String type, String... names)
      throws IOException, InterruptedException {
    for (String name : names) {
      keytool(
          "-importcert -noprompt -alias %s -file %s".formatted(name, folder.resolve(name + ".crt")),
          store,
          type);
    }
  }

  private static void keytool(String arguments, String store, String type)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", store(store), "-storetype", type, "-storepass", PASSWORD));
    if (type.equals("JKS") && arguments.startsWith("-genkeypair")) {
      command.addAll(List.of("-keypass", PASSWORD));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static String store(String name) {
    return folder.resolve(name).toString();
  }

  private static KeyStore load(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static SSLContext context() throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load("server"), PASSWORD.toCharArray());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(load("for-server"));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  /** Key and certificate in one file, as Kafka wants them. */
  private static String pem() throws IOException, GeneralSecurityException {
    PrivateKey key = (PrivateKey) load("client").getKey("client", PASSWORD.toCharArray());
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    pem.writeBytes("-----BEGIN PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII));
    pem.writeBytes(Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(key.getEncoded()));
    pem.writeBytes("\n-----END PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII));
    pem.writeBytes(Files.readAllBytes(folder.resolve("client.crt")));
    return Files.write(folder.resolve("client.pem"), pem.toByteArray()).toString();
  }

  // ---- what is tried ---------------------------------------------------------------------------

  private static HttpSchemaRegistry registry(String... properties) {
    Map<String, String> map =
        new HashMap<>(Map.of("schema.registry.url", server.url(), "max.retries", "0"));
    for (int i = 0; i < properties.length; i += 2) {
      map.put(SSL + properties[i], properties[i + 1]);
    }
    return new HttpSchemaRegistry(HttpSchemaRegistryConfig.of(map));
  }

  private static void reads(String... properties) {
    try (HttpSchemaRegistry registry = registry(properties)) {
      assertThat(registry.schema(7)).contains(Heartbeat.getClassSchema());
    }
  }

  @Test
  void storesInPkcs12() {
    reads(
        "truststore.location",
        store("for-client"),
        "truststore.password",
        PASSWORD,
        "truststore.type",
        "PKCS12",
        "keystore.location",
        store("client"),
        "keystore.password",
        PASSWORD,
        "keystore.type",
        "PKCS12",
        "key.password",
        PASSWORD);
  }

  @Test
  void storesInTheOldFormatOfJava() {
    reads(
        "truststore.location", store("for-client-old"),
        "truststore.password", PASSWORD,
        "keystore.location", store("client-old"),
        "keystore.password", PASSWORD,
        "key.password", PASSWORD);
  }

  @Test
  void storesInPem() throws IOException, GeneralSecurityException {
    reads(
        "truststore.location",
        store("server.crt"),
        "truststore.type",
        "PEM",
        "keystore.location",
        pem(),
        "keystore.type",
        "PEM");
  }

  @Test
  void whoHasNoCertificateIsTurnedAway() {
    try (HttpSchemaRegistry registry =
        registry("truststore.location", store("for-client"), "truststore.password", PASSWORD)) {
      assertThatThrownBy(() -> registry.schema(7))
          .isExactlyInstanceOf(SchemaRegistryException.class)
          .hasMessageStartingWith("the schema registry does not answer: " + server.url() + ": ");
    }
  }

  @Test
  void aRegistryThatIsNotTrustedIsNotUsed() {
    try (HttpSchemaRegistry registry = registry()) {
      assertThatThrownBy(() -> registry.schema(7))
          .isExactlyInstanceOf(SchemaRegistryException.class)
          .hasMessageStartingWith("the schema registry does not answer: " + server.url() + ": ");
    }
  }

  @Test
  void saysWhichStoreCannotBeUsed() {
    assertThatThrownBy(
            () -> registry("truststore.location", store("none"), "truststore.password", PASSWORD))
        .isExactlyInstanceOf(SchemaRegistryException.class)
        .hasMessageStartingWith(
            "the certificates for the schema registry cannot be used: Failed to load SSL keystore "
                + store("none"));
  }
}
