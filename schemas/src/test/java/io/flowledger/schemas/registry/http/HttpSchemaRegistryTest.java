package io.flowledger.schemas.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of a registry, and what is made of its answers. */
class HttpSchemaRegistryTest {

  private static final Schema SCHEMA = Heartbeat.getClassSchema();
  private static final String SUBJECT = "beats-io.flowledger.event.Heartbeat";
  private static final String REGISTER = "POST /subjects/" + SUBJECT + "/versions";
  private static final String LOOK_UP = "POST /subjects/" + SUBJECT;
  private static final String LATEST = "GET /subjects/" + SUBJECT + "/versions/latest";
  private static final String GET_7 = "GET /schemas/ids/7";
  private static final UUID GUID = UUID.fromString("89791762-2336-4186-9674-299b90a802e2");
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

  private final FakeRegistry server = FakeRegistry.start();
  private final AtomicLong clock = new AtomicLong();

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpSchemaRegistry registry(String... properties) {
    Map<String, String> map =
        new HashMap<>(
            Map.of(
                "schema.registry.url", server.url(), "retries.wait.ms", "1", "max.retries", "2"));
    for (int i = 0; i < properties.length; i += 2) {
      map.put(properties[i], properties[i + 1]);
    }
    return new HttpSchemaRegistry(HttpSchemaRegistryConfig.of(map), clock::get);
  }

  private static String quoted(Schema schema) {
    return "\"" + schema.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String body(Schema schema) {
    return "{\"schema\":" + quoted(schema) + "}";
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(Runnable call) {
    return assertThatThrownBy(call::run).isExactlyInstanceOf(SchemaRegistryException.class);
  }

  // ---- registering -----------------------------------------------------------------------------

  @Test
  void registersASchemaAndKnowsItFromThenOn() {
    server.answers(REGISTER, 200, "{\"id\":7}");
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(7);
      assertThat(registry.schema(7)).contains(SCHEMA);
    }
    assertThat(server.requests()).containsExactly(REGISTER);
    assertThat(server.bodies()).containsExactly(body(SCHEMA));
  }

  @Test
  void aSchemaThatWouldNotBeAcceptedTodayIsRead() {
    String odd =
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":"
            + "[{\"name\":\"f\",\"type\":\"string\",\"default\":null}]}";
    server.answers(GET_7, 200, "{\"schema\":\"" + odd.replace("\"", "\\\"") + "\"}");
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(7)).map(Schema::getName).contains("R");
    }
  }

  @Test
  void anAnswerThatDoesNotEndIsNone() {
    server.answers(GET_7, 200, body(SCHEMA)).stalls();
    try (HttpSchemaRegistry registry = registry("http.read.timeout.ms", "100")) {
      refused(() -> registry.schema(7)).hasMessageContaining("the answer does not end");
    }
  }

  @Test
  void namesOfSubjectsAreEscaped() {
    server.answers("POST /subjects/a%20b%2Fc/versions", 200, "{\"id\":7}");
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.register("a b/c", SCHEMA)).isEqualTo(7);
    }
  }

  @Test
  void saysWhyASchemaIsRefused() {
    server.answers(
        REGISTER, 409, "{\"error_code\":409,\"message\":\"incompatible with an earlier schema\"}");
    try (HttpSchemaRegistry registry = registry()) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage(
              "the schema registry refuses the schema of "
                  + SUBJECT
                  + ": incompatible with an earlier schema (status 409, error 409)");
    }
    assertThat(server.requests()).containsExactly(REGISTER);
  }

  @Test
  void anAnswerWithoutANumberIsNone() {
    server.answers(REGISTER, 200, "<html>login</html>");
    try (HttpSchemaRegistry registry = registry()) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage("the schema registry gives " + SUBJECT + " the id null, which is no number");
    }
  }

  @Test
  void looksSchemasUpThatItMayNotRegister() {
    server.answers(LOOK_UP, 200, "{\"subject\":\"s\",\"version\":1,\"id\":7,\"schema\":\"x\"}");
    try (HttpSchemaRegistry registry = registry("auto.register.schemas", "false")) {
      assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(7);
    }
    assertThat(server.requests()).containsExactly(LOOK_UP);
    assertThat(server.bodies()).containsExactly(body(SCHEMA));
  }

  @Test
  void saysWhichSchemaSomebodyHasToRegister() {
    server.answers(LOOK_UP, 404, UNKNOWN);
    try (HttpSchemaRegistry registry = registry("auto.register.schemas", "false")) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage(
              "the schema registry does not have the schema of "
                  + SUBJECT
                  + ", and auto.register.schemas is false: Schema not found (status 404, error"
                  + " 40403)");
    }
  }

  /** Documentation and defaults do not matter to who writes. */
  @Test
  void writesWithTheLatestVersionWhereItHasTheSameFields() {
    Schema documented = new Schema.Parser().parse(SCHEMA.toString());
    documented.addProp("owner", "platform");
    assertThat(documented).isNotEqualTo(SCHEMA);
    server.answers(LATEST, 200, "{\"id\":9,\"version\":3,\"schema\":" + quoted(documented) + "}");
    try (HttpSchemaRegistry registry = registry("use.latest.version", "true")) {
      assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(9);
      assertThat(registry.schema(9)).contains(documented);
    }
    assertThat(server.requests()).containsExactly(LATEST);
  }

  @Test
  void doesNotWriteWithALatestVersionOfOtherFields() {
    Schema other =
        SchemaBuilder.record("Heartbeat").namespace("io.flowledger.event").fields().endRecord();
    server.answers(LATEST, 200, "{\"id\":9,\"version\":3,\"schema\":" + quoted(other) + "}");
    try (HttpSchemaRegistry registry = registry("use.latest.version", "true")) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage(
              "the latest version of "
                  + SUBJECT
                  + " has other fields than this build writes, so use.latest.version cannot be"
                  + " true");
    }
  }

  @Test
  void saysWhenThereIsNoLatestVersion() {
    server.answers(LATEST, 404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");
    try (HttpSchemaRegistry registry = registry("use.latest.version", "true")) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage(
              "the schema registry does not tell the latest version of "
                  + SUBJECT
                  + ": Subject not found (status 404, error 40401)");
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  @Test
  void asksForASchemaOnce() {
    server.answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(7)).contains(SCHEMA);
      assertThat(registry.schema(7)).contains(SCHEMA);
    }
    assertThat(server.requests()).containsExactly(GET_7);
  }

  @Test
  void asksForWhatIsUnknownAgainAfterAWhileOnly() {
    server.answers(GET_7, 404, UNKNOWN);
    try (HttpSchemaRegistry registry = registry("missing.id.cache.ttl.sec", "5")) {
      assertThat(registry.schema(7)).isEmpty();
      clock.addAndGet(4_999_999_999L);
      assertThat(registry.schema(7)).isEmpty();
      assertThat(server.requests()).containsExactly(GET_7);

      server.answers(GET_7, 200, body(SCHEMA));
      clock.addAndGet(1);
      assertThat(registry.schema(7)).contains(SCHEMA);
    }
    assertThat(server.requests()).containsExactly(GET_7, GET_7);
  }

  @Test
  void remembersTheLatestThousandThatAreUnknown() {
    UnknownIds ids = new UnknownIds(java.time.Duration.ofSeconds(5), clock::get);
    for (int id = 0; id <= 1000; id++) {
      ids.add(id);
    }
    assertThat(ids.contains(0)).isFalse();
    assertThat(ids.contains(1)).isTrue();
    assertThat(ids.contains(1000)).isTrue();
  }

  @Test
  void readsByGuidWhereTheRegistryHasThem() {
    server.answers("GET /schemas/guids/" + GUID, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(GUID)).contains(SCHEMA);
      assertThat(registry.schema(GUID)).contains(SCHEMA);
    }
    assertThat(server.requests()).containsExactly("GET /schemas/guids/" + GUID);
  }

  @Test
  void aRegistryThatDoesNotKnowThePathOfGuidsHasNone() {
    for (int status : new int[] {400, 404, 405, 422}) {
      try (HttpSchemaRegistry registry = registry()) {
        server.fails(status);
        assertThat(registry.schema(GUID)).isEmpty();
      }
    }
    try (HttpSchemaRegistry registry = registry()) {
      server.fails(403);
      refused(() -> registry.schema(GUID))
          .hasMessage(
              "the schema registry does not tell /schemas/guids/%s: fault (status 403, error 40301)"
                  .formatted(GUID));
    }
  }

  /** Registries take their path for that of something else. */
  @Test
  void negativeNumbersAreUnknownToAll() {
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(-1)).isEmpty();
      assertThat(registry.schema(Integer.MIN_VALUE)).isEmpty();
    }
    assertThat(server.requests()).isEmpty();
  }

  /** A URL of something else must not make dead letters of good records. */
  @Test
  void anotherServersNotFoundIsNoVerdict() {
    try (HttpSchemaRegistry registry = registry()) {
      refused(() -> registry.schema(7))
          .hasMessage(
              "the schema registry does not tell /schemas/ids/7: HTTP 404 Not Found (status 404,"
                  + " error 404)");
    }
  }

  @Test
  void schemasOfOtherLanguagesAreNone() {
    server.answers(GET_7, 200, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}");
    server.answers("GET /schemas/ids/8", 200, "{\"schema\":\"{\\\"type\\\":\\\"Unknown\\\"}\"}");
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(7)).isEmpty();
      assertThat(registry.schema(8)).isEmpty();
    }
  }

  // ---- faults ----------------------------------------------------------------------------------

  @Test
  void asksAgainAfterFaultsOfTheRegistry() {
    server.fails(500).fails(503).answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry = registry()) {
      assertThat(registry.schema(7)).contains(SCHEMA);
    }
    assertThat(server.requests()).containsExactly(GET_7, GET_7, GET_7);
  }

  @Test
  void givesUpAfterSoManyFaults() {
    server.fails(500).fails(500).fails(502).answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry = registry()) {
      refused(() -> registry.schema(7))
          .hasMessage(
              "the schema registry does not answer: "
                  + server.url()
                  + ": fault (status 502, error 50201)");
      assertThat(server.requests()).containsExactly(GET_7, GET_7, GET_7);
      assertThat(registry.schema(7)).contains(SCHEMA);
    }
  }

  @Test
  void doesNotAskAgainWhenItIsToldNo() {
    try (HttpSchemaRegistry registry = registry()) {
      for (int status : new int[] {400, 401, 403, 404, 409, 422, 429}) {
        server.requests().clear();
        server.fails(status);
        refused(() -> registry.schema(7))
            .hasMessage(
                "the schema registry does not tell /schemas/ids/7: fault (status %d, error %d01)"
                    .formatted(status, status));
        assertThat(server.requests()).containsExactly(GET_7);
      }
    }
  }

  @Test
  void doesNotFollowToAnotherServer() {
    server.answers(GET_7, 302, "");
    try (HttpSchemaRegistry registry = registry()) {
      refused(() -> registry.schema(7))
          .hasMessage("the schema registry does not tell /schemas/ids/7: status 302");
    }
  }

  @Test
  void goesOnWithTheUrlThatAnswers() {
    try (FakeRegistry second = FakeRegistry.start()) {
      String gone = server.url();
      server.close();
      second.answers(GET_7, 200, body(SCHEMA)).answers("GET /schemas/ids/8", 404, UNKNOWN);
      try (HttpSchemaRegistry registry =
          registry("schema.registry.url", gone + "," + second.url(), "max.retries", "0")) {
        assertThat(registry.schema(7)).contains(SCHEMA);
        assertThat(registry.schema(8)).isEmpty();
      }
      assertThat(second.requests()).containsExactly(GET_7, "GET /schemas/ids/8");
    }
  }

  @Test
  void leavesAUrlThatHasAFault() {
    try (FakeRegistry second = FakeRegistry.start()) {
      server.fails(503).answers(REGISTER, 200, "{\"id\":1}");
      second.answers(GET_7, 200, body(SCHEMA)).answers(REGISTER, 200, "{\"id\":7}");
      try (HttpSchemaRegistry registry =
          registry("schema.registry.url", server.url() + "," + second.url())) {
        assertThat(registry.schema(7)).contains(SCHEMA);
        assertThat(registry.register(SUBJECT, SCHEMA)).isEqualTo(7);
      }
      assertThat(server.requests()).containsExactly(GET_7);
      assertThat(second.requests()).containsExactly(GET_7, REGISTER);
    }
  }

  @Test
  void givesUpWhenNothingListens() {
    String url = server.url();
    server.close();
    try (HttpSchemaRegistry registry = registry("schema.registry.url", url)) {
      refused(() -> registry.register(SUBJECT, SCHEMA))
          .hasMessage("the schema registry does not answer: " + url + ": ConnectException");
    }
  }

  @Test
  void doesNotWaitForAnAnswerForEver() throws java.io.IOException {
    try (var silent = new java.net.ServerSocket(0, 10, java.net.InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      try (HttpSchemaRegistry registry =
          registry("schema.registry.url", url, "http.read.timeout.ms", "50", "max.retries", "1")) {
        refused(() -> registry.schema(7))
            .hasMessage("the schema registry does not answer: " + url + ": request timed out");
      }
    }
  }

  @Test
  void whoWaitsIsToldWhenItIsClosed() {
    String url = server.url();
    server.close();
    HttpSchemaRegistry registry =
        registry(
            "schema.registry.url",
            url,
            "retries.wait.ms",
            "3600000",
            "retries.max.wait.ms",
            "3600000");
    CompletableFuture<?> asked = CompletableFuture.supplyAsync(() -> registry.schema(7));
    registry.close();
    registry.close();
    assertThatThrownBy(asked::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isExactlyInstanceOf(SchemaRegistryException.class)
        .hasMessage("the schema registry is not used any more");
  }

  // ---- credentials -----------------------------------------------------------------------------

  @Test
  void showsNoCredentialsUnlessItHasSome() {
    server.answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry = registry()) {
      registry.schema(7);
    }
    assertThat(server.authorizations()).containsExactly("none");
  }

  @Test
  void showsUserAndPasswordWithEveryRequest() {
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString("ada:gehäim".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    server.fails(500).answers(GET_7, 200, body(SCHEMA)).answers(REGISTER, 200, "{\"id\":7}");
    try (HttpSchemaRegistry registry =
        registry(
            "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "ada:gehäim")) {
      registry.schema(7);
      registry.register(SUBJECT, SCHEMA);
    }
    assertThat(server.authorizations()).isEqualTo(List.of(basic, basic, basic));
  }

  @Test
  void showsThoseOfTheUrl() {
    server.answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry =
        registry("schema.registry.url", "http://ada:pw@" + server.hostAndPort())) {
      registry.schema(7);
    }
    assertThat(server.authorizations()).containsExactly("Basic YWRhOnB3");
  }

  @Test
  void showsItsToken() {
    server.answers(GET_7, 200, body(SCHEMA));
    try (HttpSchemaRegistry registry =
        registry("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t0k")) {
      registry.schema(7);
    }
    assertThat(server.authorizations()).containsExactly("Bearer t0k");
  }
}
