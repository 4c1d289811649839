package io.flowledger.deploy.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.Broker;
import io.flowledger.deploy.fixture.ClientWitness;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster that wants passwords or TLS, and lets some in and others not. */
class SecuredKafkaIT {

  private static final Path FOLDER = TestServer.temporaryFolder();
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final int SASL = Ports.free();
  private static final int TLS = Ports.free();
  private static final String PASSWORD = "changeit";

  /** Longer than any answer takes: whoever waits for it fails. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @SuppressWarnings("NullAway.Init")
  private static Broker broker;

  private final Path data = TestServer.temporaryFolder();
  private final List<String> lines = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path keys = FOLDER.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-alias",
        "broker",
        "-keystore",
        keys.toString(),
        "-storetype",
        "PKCS12");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        keys.toString(),
        "-file",
        FOLDER.resolve("ca.pem").toString());
    int plain = Ports.free();
    int controller = Ports.free();
    Map<String, String> properties = new HashMap<>();
    String listeners =
        "PLAINTEXT://127.0.0.1:%d,SASL_PLAINTEXT://127.0.0.1:%d,SSL://127.0.0.1:%d"
            .formatted(plain, SASL, TLS);
    properties.put("listeners", listeners + ",CONTROLLER://127.0.0.1:" + controller);
    properties.put("advertised.listeners", listeners);
    properties.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("sasl.enabled.mechanisms", "PLAIN");
    properties.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_flowledger=\"secret\" user_guest=\"guest\";");
    properties.put("ssl.keystore.type", "PKCS12");
    properties.put("ssl.keystore.location", keys.toString());
    properties.put("ssl.keystore.password", PASSWORD);
    properties.put("ssl.key.password", PASSWORD);
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS;User:flowledger");
    broker = Broker.start(FOLDER.resolve("kafka"), controller, properties);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor())
        .withFailMessage(() -> log(FOLDER.resolve("keytool.log")))
        .isZero();
  }

  private static String log(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
    TestServer.delete(FOLDER);
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private static Map<String, String> sasl(String user, String password) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_PLAINTEXT");
    properties.put("sasl.mechanism", "PLAIN");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password));
    return properties;
  }

  private static Map<String, String> tls() {
    return Map.of(
        "security.protocol",
        "SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        FOLDER.resolve("ca.pem").toString());
  }

  private ServerConfig config(int port, Duration timeout, Map<String, String> properties) {
    String prefix = "s" + PREFIXES.incrementAndGet() + ".";
    ServerConfig config = TestServer.config(data);
    return config
        .withKafka(new KafkaConfig.Cluster("127.0.0.1:" + port, timeout, properties))
        .withTopics(
            new TopicsConfig(
                prefix, prefix + "schemas", 2, (short) 1, config.topics().maxEventBytes()));
  }

  private static void useAll(Api api) {
    api.created("/flows/Secured", "{}");
    String run =
        "/flows/Secured/runs/" + Api.field(api.created("/flows/Secured/run", "{}"), "run_number");
    assertThat(api.get(run).status()).isEqualTo(200);
    assertThat(api.get(run + "/events").status()).isEqualTo(200);
    assertThat(api.get("/events").status()).isEqualTo(200);
    assertThat(api.get("/flowledger/dead-letters").status()).isEqualTo(200);
    assertThat(api.get("/schema-registry/subjects").status()).isEqualTo(200);
    assertThat(api.get("/schema-registry/v1/metadata/id").status()).isEqualTo(200);
    assertThat(api.operate("POST", "/flowledger/audit/verify", "{\"heads\": []}").body())
        .contains("\"outcome\": \"proven\"");
  }

  @Test
  void thePropertiesReachEveryClient() {
    Map<String, String> properties = sasl("flowledger", "secret");
    properties.put(ClientWitness.PROPERTY, ClientWitness.class.getName());
    try (TestServer server = TestServer.start(config(SASL, PATIENCE, properties))) {
      useAll(Api.of(server));

      Set<String> without = new TreeSet<>(ClientWitness.all());
      without.removeAll(ClientWitness.seen());
      assertThat(without).isEmpty();
      assertThat(ClientWitness.all())
          .anyMatch(id -> id.endsWith("StreamThread-1-consumer"))
          .anyMatch(id -> id.endsWith("-restore-consumer"))
          .anyMatch(id -> id.endsWith("StreamThread-1-producer"))
          .anyMatch(id -> id.endsWith("-admin"))
          .anyMatch(id -> id.startsWith("producer-"))
          .anyMatch(id -> id.startsWith("consumer-null-"));
    }
  }

  @Test
  void aServerWorksOverTls() {
    try (TestServer server = TestServer.start(config(TLS, PATIENCE, tls()))) {
      useAll(Api.of(server));
    }
  }

  @Test
  void aWrongPasswordEndsTheStartAtOnce() {
    assertThatThrownBy(() -> TestServer.start(config(SASL, PATIENCE, sasl("flowledger", "wrong"))))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "Kafka at 127.0.0.1:"
                + SASL
                + " does not let us in: Authentication failed: Invalid username or password; check"
                + " security.protocol, the certificates and sasl.jaas.config in --kafka-property");
  }

  @Test
  void aCertificateThatIsNotTrustedEndsTheStartAtOnce() {
    assertThatThrownBy(
            () -> TestServer.start(config(TLS, PATIENCE, Map.of("security.protocol", "SSL"))))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka at 127.0.0.1:" + TLS + " does not let us in: SSL handshake");
  }

  @Test
  void whatIsNotAllowedEndsTheStartAtOnce() {
    assertThatThrownBy(() -> TestServer.start(config(SASL, PATIENCE, sasl("guest", "guest"))))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka at 127.0.0.1:" + SASL + " does not allow what is needed: ")
        .hasMessageEndingWith("; docs/operations.md lists what has to be allowed");
  }

  @Test
  void anotherProtocolIsSaidToBeSilence() {
    assertThatThrownBy(() -> TestServer.start(config(TLS, Duration.ofSeconds(1), Map.of())))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("no Kafka answers at 127.0.0.1:" + TLS + ", for the 1 s of")
        .hasMessageEndingWith("; check the address, and security.protocol in --kafka-property");
  }

  @Test
  void moreCopiesThanBrokersAreNamed() {
    ServerConfig one = config(TLS, Duration.ofSeconds(1), tls());
    ServerConfig three =
        one.withTopics(
            new TopicsConfig(
                "three.", "three.schemas", 2, (short) 3, one.topics().maxEventBytes()));

    assertThatThrownBy(() -> TestServer.start(three))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("Kafka at 127.0.0.1:" + TLS + " has too few brokers, for the 1 s")
        .hasMessageContaining("--replication 1");
  }

  @Test
  void aPropertyThatCannotBeIsNamed() {
    assertThatThrownBy(
            () -> TestServer.start(config(TLS, PATIENCE, Map.of("security.protocol", "MAGIC"))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("security.protocol");
  }
}
