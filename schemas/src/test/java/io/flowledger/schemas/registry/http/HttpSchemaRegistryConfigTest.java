package io.flowledger.schemas.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.FlowRegistered;
import io.flowledger.schemas.registry.SubjectNameStrategy;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Credentials;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Retries;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Use;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Confluent's properties, and what they mean. */
class HttpSchemaRegistryConfigTest {

  private static final String URL = "http://registry:8081";

  /** With the URL, and names and values that take turns. */
  private static HttpSchemaRegistryConfig config(String... properties) {
    Map<String, String> map = new HashMap<>(Map.of("schema.registry.url", URL));
    for (int i = 0; i < properties.length; i += 2) {
      map.put(properties[i], properties[i + 1]);
    }
    return HttpSchemaRegistryConfig.of(map);
  }

  private static void refuses(String message, String... properties) {
    assertThatThrownBy(() -> config(properties))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void needsNothingButTheUrl() {
    assertThat(config())
        .isEqualTo(
            new HttpSchemaRegistryConfig(
                List.of(URI.create(URL)),
                new Credentials.None(),
                Map.of(),
                Use.REGISTER,
                SubjectNameStrategy.TOPIC_RECORD,
                new Retries(
                    3,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10)),
                Duration.ofSeconds(5)));
  }

  @Test
  void readsEverything() {
    assertThat(
            config(
                "schema.registry.url", "https://a:1/apis/ccompat/v7/ , https://b:2",
                "auto.register.schemas", "false",
                "value.subject.name.strategy",
                    "io.confluent.kafka.serializers.subject.RecordNameStrategy",
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "ada:secret",
                "schema.registry.ssl.truststore.location", "trust.p12",
                "schema.registry.ssl.endpoint.identification.algorithm", "https",
                "max.retries", "0",
                "retries.wait.ms", "10",
                "retries.max.wait.ms", "100",
                "http.connect.timeout.ms", "1000",
                "http.read.timeout.ms", "2000",
                "missing.id.cache.ttl.sec", "0"))
        .isEqualTo(
            new HttpSchemaRegistryConfig(
                List.of(URI.create("https://a:1/apis/ccompat/v7"), URI.create("https://b:2")),
                new Credentials.Basic("ada:secret"),
                Map.of("ssl.truststore.location", "trust.p12"),
                Use.LOOK_UP,
                SubjectNameStrategy.RECORD,
                new Retries(
                    0,
                    Duration.ofMillis(10),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2)),
                Duration.ZERO));
  }

  /** Some of Confluent's clients want the prefix, some do not. */
  @Test
  void namesMayHaveThePrefixOfTheClient() {
    assertThat(
            config(
                    "schema.registry.basic.auth.credentials.source", "USER_INFO",
                    "schema.registry.basic.auth.user.info", "ada:secret")
                .credentials())
        .isEqualTo(new Credentials.Basic("ada:secret"));
  }

  @Test
  void theLatestVersionGoesBeforeRegistration() {
    assertThat(config("use.latest.version", "true").use()).isEqualTo(Use.LATEST);
    assertThat(config("use.latest.version", "true", "auto.register.schemas", "false").use())
        .isEqualTo(Use.LATEST);
  }

  @Test
  void knowsThreeStrategiesForSubjects() {
    var schema = FlowRegistered.getClassSchema();
    assertThat(SubjectNameStrategy.of("TopicNameStrategy").subject("t", schema))
        .isEqualTo("t-value");
    assertThat(SubjectNameStrategy.of("RecordNameStrategy").subject("t", schema))
        .isEqualTo("io.flowledger.event.FlowRegistered");
    assertThat(
            SubjectNameStrategy.of("io.confluent.kafka.serializers.subject.TopicRecordNameStrategy")
                .subject("t", schema))
        .isEqualTo("t-io.flowledger.event.FlowRegistered");
    refuses(
        "value.subject.name.strategy: 'com.example.Own' is none of TopicNameStrategy,"
            + " RecordNameStrategy, TopicRecordNameStrategy",
        "value.subject.name.strategy",
        "com.example.Own");
  }

  @Test
  void takesCredentialsFromTheUrl() {
    HttpSchemaRegistryConfig config = config("schema.registry.url", "http://ada:p%40ss@a:1/x");
    assertThat(config.urls()).containsExactly(URI.create("http://a:1/x"));
    assertThat(config.credentials()).isEqualTo(new Credentials.Basic("ada:p@ss"));
  }

  @Test
  void takesATokenThatDoesNotExpire() {
    assertThat(
            config("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t0k")
                .credentials())
        .isEqualTo(new Credentials.Bearer("t0k"));
  }

  @Test
  void doesNotPrintSecrets() {
    assertThat(new Credentials.Basic("ada:secret")).hasToString("Basic[hidden]");
    assertThat(new Credentials.Bearer("t0k")).hasToString("Bearer[hidden]");
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> HttpSchemaRegistryConfig.of(Map.of()))
        .hasMessage("schema.registry.url is missing");
    String urls =
        "schema.registry.url must be http://HOST:PORT or https://HOST:PORT, or several with commas"
            + " between";
    refuses(urls, "schema.registry.url", "registry:8081");
    refuses(urls, "schema.registry.url", "http://a:1,,http://b:1");
    refuses(urls, "schema.registry.url", "ftp://ada:secret@a");
    refuses(
        "auto.register.schemas must be true or false, not 'yes'", "auto.register.schemas", "yes");
    refuses("use.latest.version must be true or false, not '1'", "use.latest.version", "1");
    refuses("max.retries must be a number from 0 to 1000, not 'many'", "max.retries", "many");
    refuses(
        "retries.wait.ms must be a number from 1 to 2147483647, not '0'", "retries.wait.ms", "0");
    refuses(
        "basic.auth.credentials.source must be USER_INFO or URL, not 'SASL_INHERIT'",
        "basic.auth.credentials.source",
        "SASL_INHERIT");
    refuses(
        "basic.auth.credentials.source=USER_INFO needs basic.auth.user.info",
        "basic.auth.credentials.source",
        "USER_INFO");
    refuses(
        "basic.auth.user.info needs basic.auth.credentials.source=USER_INFO",
        "basic.auth.user.info",
        "ada:secret");
    refuses(
        "bearer.auth.credentials.source must be STATIC_TOKEN, not 'OAUTHBEARER'",
        "bearer.auth.credentials.source",
        "OAUTHBEARER");
    refuses(
        "bearer.auth.credentials.source=STATIC_TOKEN needs bearer.auth.token",
        "bearer.auth.credentials.source",
        "STATIC_TOKEN");
    refuses(
        "bearer.auth.token needs bearer.auth.credentials.source=STATIC_TOKEN",
        "bearer.auth.token",
        "t0k");
    refuses(
        "basic.auth.credentials.source and bearer.auth.credentials.source exclude each other",
        "basic.auth.credentials.source",
        "URL",
        "bearer.auth.credentials.source",
        "STATIC_TOKEN");
    refuses(
        "schema.registry.ssl.endpoint.identification.algorithm must be https: the name of the"
            + " registry is always checked",
        "schema.registry.ssl.endpoint.identification.algorithm",
        "");
  }

  @Test
  void tellsNamesThatMeanNothing() {
    assertThat(
            HttpSchemaRegistryConfig.unknown(
                Set.of(
                    "schema.registry.url",
                    "max.retries",
                    "schema.registry.max.retries",
                    "schema.registry.ssl.keystore.location",
                    "schema.registry.ssl.keystore.place",
                    "ssl.keystore.location",
                    "basic.auth.userinfo")))
        .containsExactly(
            "basic.auth.userinfo", "schema.registry.ssl.keystore.place", "ssl.keystore.location");
  }
}
