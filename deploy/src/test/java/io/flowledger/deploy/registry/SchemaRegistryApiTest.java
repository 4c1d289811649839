package io.flowledger.deploy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.SchemasConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The schemas of the log over the API of Confluent's registry: its answers, codes and words. */
class SchemaRegistryApiTest {

  private static final String EVENT = "flowledger.events-io.flowledger.event.";
  private static final String FIRST =
      "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":"
          + "[{\"name\":\"kept\",\"type\":\"long\"}]}";
  private static final String REQUIRED =
      FIRST.replace("]}", ",{\"name\":\"needed\",\"type\":\"string\"}]}");
  private static final String OPTIONAL =
      FIRST.replace("]}", ",{\"name\":\"more\",\"type\":[\"null\",\"string\"],\"default\":null}]}");
  private static final String DIFFERENCES =
      "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'needed' at path"
          + " '/fields/1' in the new schema has no default value and is missing in the old schema',"
          + " additionalInfo:'needed'}";

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = new Api(server.url("/schema-registry"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A subject that no other test uses. */
  private static String newSubject() {
    return "s-" + UUID.randomUUID();
  }

  private static String body(String schema) {
    return new JsonObject().put("schema", schema).encode();
  }

  private static JsonObject ok(Api.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static JsonArray listed(String path) {
    Api.Answer answer = api.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new JsonArray(answer.body());
  }

  private static void refused(Api.Answer answer, int status, int code, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(new JsonObject(answer.body()))
        .isEqualTo(new JsonObject().put("error_code", code).put("message", message));
  }

  private static JsonObject register(String subject, String schema) {
    return ok(api.post("/subjects/" + subject + "/versions", body(schema)));
  }

  @Test
  void theSchemasOfTheLogAreThere() {
    assertThat(listed("/subjects?subjectPrefix=flowledger."))
        .isEqualTo(
            new JsonArray(
                List.of(
                    EVENT + "ArtifactsRecorded",
                    EVENT + "FlowRegistered",
                    EVENT + "MetadataRecorded",
                    EVENT + "RunRegistered",
                    EVENT + "RunTagsMutated",
                    EVENT + "StepRegistered",
                    EVENT + "TaskRegistered",
                    "flowledger.heartbeats-io.flowledger.event.Heartbeat",
                    "flowledger.ids-io.flowledger.event.IdsClaimed")));
    JsonObject latest = ok(api.get("/subjects/" + EVENT + "RunRegistered/versions/latest"));
    assertThat(ok(api.get("/schemas/ids/" + latest.getInteger("id"))))
        .isEqualTo(
            new JsonObject()
                .put("guid", latest.getString("guid"))
                .put("schemaType", "AVRO")
                .put("schema", latest.getString("schema")));
    assertThat(api.get("/schemas/ids/" + latest.getInteger("id") + "/schema").body())
        .isEqualTo(latest.getString("schema"));
  }

  @Test
  void aSchemaIsRegisteredOnceAndFoundInEveryWay() {
    String subject = newSubject();
    JsonObject registered = register(subject, FIRST);
    int id = registered.getInteger("id");
    JsonObject version =
        new JsonObject()
            .put("subject", subject)
            .put("version", 1)
            .put("id", id)
            .put("guid", "f04f6f21-3b22-fa06-cb17-e731b72fd9da")
            .put("schemaType", "AVRO")
            .put("schema", FIRST);

    assertThat(registered).isEqualTo(version);
    assertThat(register(subject, new JsonObject(FIRST).encodePrettily())).isEqualTo(version);
    assertThat(ok(api.post("/subjects/" + subject, body(FIRST)))).isEqualTo(version);
    assertThat(ok(api.get("/subjects/" + subject + "/versions/1"))).isEqualTo(version);
    assertThat(ok(api.get("/subjects/" + subject + "/versions/latest"))).isEqualTo(version);
    assertThat(ok(api.get("/subjects/" + subject + "/versions/-1"))).isEqualTo(version);
    assertThat(api.get("/subjects/" + subject + "/versions/1/schema").body()).isEqualTo(FIRST);
    assertThat(listed("/subjects/" + subject + "/versions")).isEqualTo(new JsonArray(List.of(1)));
    assertThat(listed("/schemas?subjectPrefix=" + subject))
        .isEqualTo(new JsonArray(List.of(version)));
    assertThat(listed("/schemas/ids/" + id + "/versions?subject=" + subject))
        .isEqualTo(
            new JsonArray(List.of(new JsonObject().put("subject", subject).put("version", 1))));
    assertThat(ok(api.get("/schemas/guids/" + version.getString("guid"))).getString("schema"))
        .isEqualTo(FIRST);
  }

  @Test
  void aSchemaHasOneNumberUnderAllSubjects() {
    String one = newSubject();
    String other = newSubject();
    String schema = FIRST.replace("\"R\"", "\"OfTwo\"");
    int id = register(one, schema).getInteger("id");

    assertThat(register(other, schema).getInteger("id")).isEqualTo(id);
    assertThat(listed("/schemas/ids/" + id + "/subjects"))
        .isEqualTo(new JsonArray(List.of(one, other).stream().sorted().toList()));
  }

  @Test
  void anIncompatibleSchemaIsRefused() {
    String subject = newSubject();
    register(subject, FIRST);
    String reasons =
        DIFFERENCES
            + ", {oldSchemaVersion: 1}, {oldSchema: '"
            + FIRST
            + "'}, {validateFields: 'false', compatibility: 'FULL_TRANSITIVE'}";

    refused(
        api.post("/subjects/" + subject + "/versions", body(REQUIRED)),
        409,
        40901,
        "Schema being registered is incompatible with an earlier schema for subject \""
            + subject
            + "\", details: ["
            + reasons
            + "]");
    assertThat(
            ok(
                api.post(
                    "/compatibility/subjects/" + subject + "/versions?verbose=true",
                    body(REQUIRED))))
        .isEqualTo(
            new JsonObject()
                .put("is_compatible", false)
                .put(
                    "messages",
                    new JsonArray(
                        List.of(
                            DIFFERENCES,
                            "{oldSchemaVersion: 1}",
                            "{oldSchema: '" + FIRST + "'}",
                            "{validateFields: 'false', compatibility: 'FULL_TRANSITIVE'}"))));
    assertThat(listed("/subjects/" + subject + "/versions")).isEqualTo(new JsonArray(List.of(1)));
  }

  @Test
  void compatibilityIsToldForOneVersionToo() {
    String subject = newSubject();
    register(subject, FIRST);
    String path = "/compatibility/subjects/" + subject + "/versions/";

    assertThat(ok(api.post(path + "latest", body(OPTIONAL))))
        .isEqualTo(new JsonObject().put("is_compatible", true));
    assertThat(ok(api.post(path + "1", body(REQUIRED))))
        .isEqualTo(new JsonObject().put("is_compatible", false));
    refused(api.post(path + "2", body(FIRST)), 404, 40402, "Version 2 not found.");
    assertThat(
            ok(
                api.post(
                    "/compatibility/subjects/" + newSubject() + "/versions/latest",
                    body(REQUIRED))))
        .isEqualTo(new JsonObject().put("is_compatible", true));
  }

  @Test
  void theCompatibilityOfASubjectIsSetAndKept() {
    String subject = newSubject();
    String config = "/config/" + subject;
    refused(
        api.get(config),
        404,
        40408,
        "Subject '" + subject + "' does not have subject-level compatibility configured");
    JsonObject all = new JsonObject().put("compatibilityLevel", "FULL_TRANSITIVE");
    assertThat(ok(api.get("/config"))).isEqualTo(all);
    assertThat(ok(api.get(config + "?defaultToGlobal=true"))).isEqualTo(all);

    assertThat(ok(api.send("PUT", config, "{\"compatibility\":\"forward\"}")))
        .isEqualTo(new JsonObject().put("compatibility", "FORWARD"));
    assertThat(ok(api.get(config)))
        .isEqualTo(new JsonObject().put("compatibilityLevel", "FORWARD"));
    register(subject, FIRST);
    assertThat(register(subject, REQUIRED).getInteger("version")).isEqualTo(2);
    refused(
        api.send("PUT", config, "{\"compatibility\":\"SIDEWARD\"}"),
        422,
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full,"
            + " backward_transitive, forward_transitive, and full_transitive");
  }

  @Test
  void whatIsNotThereIsSaidInConfluentsWords() {
    String missing = newSubject();
    String subject = newSubject();
    register(subject, FIRST);
    String none = "Subject '" + missing + "' not found.";

    refused(api.get("/subjects/" + missing + "/versions"), 404, 40401, none);
    refused(api.get("/subjects/" + missing + "/versions/1"), 404, 40401, none);
    refused(api.post("/subjects/" + missing, body(FIRST)), 404, 40401, none);
    refused(api.get("/subjects/" + subject + "/versions/7"), 404, 40402, "Version 7 not found.");
    refused(api.post("/subjects/" + subject, body(OPTIONAL)), 404, 40403, "Schema not found");
    refused(api.get("/schemas/ids/4711"), 404, 40403, "Schema 4711 not found");
    refused(api.get("/schemas/guids/none"), 404, 40403, "Schema none not found");
    refused(api.get("/nothing"), 404, 404, "HTTP 404 Not Found");
    for (String invalid : List.of("0", "-2", "first", "2147483648")) {
      refused(
          api.get("/subjects/" + subject + "/versions/" + invalid),
          422,
          42202,
          "The specified version '"
              + invalid
              + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
              + " \"latest\"");
    }
  }

  @Test
  void whatIsNoAvroSchemaIsRefused() {
    String path = "/subjects/" + newSubject() + "/versions";
    refused(api.post(path, "{}"), 422, 42201, "Invalid schema: there is none");
    refused(
        api.post(path, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"),
        422,
        42201,
        "Invalid schema: schemas of type PROTOBUF are not kept here, only those of AVRO");
    refused(
        api.post(
            path,
            "{\"schema\":\"\\\"n.S\\\"\",\"references\":[{\"name\":\"n.S\",\"subject\":\"s\",\"version\":1}]}"),
        422,
        42201,
        "Invalid schema: references are not supported; write the types that it uses into the"
            + " schema");
    refused(
        api.post(path, "{\"schema\":\"\\\"string\\\"\",\"id\":7}"),
        422,
        42205,
        "the registry gives ids and versions; it is not in import mode");
    refused(api.post(path, "[]"), 400, 400, "the body is no JSON object");
    refused(
        api.post(path, body("{\"type\":\"recor\"}")),
        422,
        42201,
        "Invalid schema: A schema \"type\" MUST be a primitive type or one of \"enum\", \"fixed\","
            + " \"record\", \"error\", \"array\" or \"map\".");
    String deep = "{\"type\":\"array\",\"items\":".repeat(5000) + "\"int\"" + "}".repeat(5000);
    refused(
        api.post(path, body(deep)),
        422,
        42201,
        "Invalid schema: Document nesting depth (1001) exceeds the maximum allowed (1000, from"
            + " `StreamReadConstraints.getMaxNestingDepth()`)");
    refused(
        api.post(path, body("x".repeat(1 << 20))),
        413,
        413,
        "the body is larger than 1048576 bytes");
  }

  @Test
  void referencesAndTypesAreWhatTheyAre() {
    String path = "/subjects/" + newSubject() + "/versions";
    refused(
        api.post(path, "{\"schema\": \"\\\"int\\\"\", \"references\": {}}"),
        400,
        400,
        "references is no list");
    refused(
        api.post(path, "{\"schema\": \"\\\"int\\\"\", \"schemaType\": 7}"),
        400,
        400,
        "schemaType is no text");
  }

  @Test
  void pathsSayWhichMethodsTheyTake() {
    for (String path : List.of("/subjects", "/schemas/ids/1/versions", "/v1/metadata/id")) {
      refused(api.send("DELETE", path, ""), 405, 405, "HTTP 405 Method Not Allowed");
      refused(api.send("PATCH", path, "{}"), 405, 405, "HTTP 405 Method Not Allowed");
      assertThat(api.send("OPTIONS", path, "").status()).isEqualTo(204);
    }
    refused(api.send("PATCH", "/nowhere", "{}"), 404, 404, "HTTP 404 Not Found");
    assertThat(api.send("HEAD", "/subjects", "").status()).isEqualTo(200);
    assertThat(api.send("HEAD", "/subjects/nobody/versions", "").status()).isEqualTo(404);
  }

  @Test
  void nothingIsDeleted() {
    String subject = newSubject();
    register(subject, FIRST);

    for (String path :
        List.of("/subjects/" + subject, "/subjects/" + subject + "/versions/1", "/config")) {
      refused(
          api.send("DELETE", path, ""),
          422,
          42205,
          "nothing is deleted here: the log is kept for ever, with its schemas");
    }
    refused(
        api.send("PUT", "/mode", "{\"mode\":\"READONLY\"}"),
        422,
        42205,
        "the mode of the registry cannot be changed here");
    assertThat(listed("/subjects/" + subject + "/versions")).isEqualTo(new JsonArray(List.of(1)));
  }

  @Test
  void whatElseClientsAskFor() {
    String subject = newSubject();
    assertThat(api.get("").body()).isEqualTo("{}");
    assertThat(listed("/schemas/types")).isEqualTo(new JsonArray(List.of("AVRO")));
    assertThat(listed("/contexts")).isEqualTo(new JsonArray(List.of(".")));
    assertThat(ok(api.get("/mode"))).isEqualTo(new JsonObject().put("mode", "READWRITE"));
    assertThat(ok(api.get("/mode/" + subject + "?defaultToGlobal=true")))
        .isEqualTo(new JsonObject().put("mode", "READWRITE"));
    refused(
        api.get("/mode/" + subject),
        404,
        40409,
        "Subject '" + subject + "' does not have subject-level mode configured");
    assertThat(ok(api.get("/v1/metadata/version")))
        .isEqualTo(new JsonObject().put("version", Version.current()));
    assertThat(
            ok(api.get("/v1/metadata/id"))
                .getJsonObject("scope")
                .getJsonObject("clusters")
                .getString("schema-registry-cluster"))
        .isEqualTo("schema-registry");
  }

  @Test
  void subjectsAreEscapedInPaths() {
    String subject = "a/b c%ü-" + UUID.randomUUID();
    String path = java.net.URLEncoder.encode(subject, java.nio.charset.StandardCharsets.UTF_8);
    JsonObject registered = register(path.replace("+", "%20"), FIRST);

    assertThat(registered.getString("subject")).isEqualTo(subject);
  }

  @Test
  void pagesAreCutFromLists() {
    String subject = newSubject();
    register(subject, FIRST);
    register(subject, OPTIONAL);
    String path = "/subjects/" + subject + "/versions?";

    assertThat(listed(path + "offset=1&limit=-1")).isEqualTo(new JsonArray(List.of(2)));
    assertThat(listed(path + "offset=0&limit=1")).isEqualTo(new JsonArray(List.of(1)));
    assertThat(listed(path + "offset=9&limit=1")).isEqualTo(new JsonArray());
    refused(api.get(path + "offset=x"), 400, 400, "the parameter offset is no number");
  }

  @Test
  void theRootIsAnswered() {
    assertThat(ok(api.get(""))).isEqualTo(new JsonObject());
    assertThat(ok(api.get("/"))).isEqualTo(new JsonObject());
  }

  /** Also where the server refuses before the registry is asked. */
  @Test
  void everyRefusalHasACode() {
    refused(api.get("/nothing"), 404, 404, "HTTP 404 Not Found");
    refused(api.patch("/subjects", "{}"), 405, 405, "HTTP 405 Method Not Allowed");
    for (String path : List.of("/subjects/", "//subjects", "/subjects/../config")) {
      refused(api.get(path), 404, 404, "there is no route /schema-registry" + path);
    }
    refused(api.get("/subjects/%00/versions"), 400, 400, "the path contains a NUL character");
  }

  @Test
  void anEmptyPathTurnsItOff() {
    Path data = TestServer.temporaryFolder();
    ServerConfig off =
        TestServer.config(data).withSchemas(new SchemasConfig(Map.of(), Optional.empty(), ""));
    try (TestServer without = TestServer.start(off)) {
      assertThat(Api.of(without).get("/schema-registry/subjects"))
          .isEqualTo(
              new Api.Answer(
                  404,
                  "{\"message\": \"there is no route /schema-registry/subjects\"}",
                  Optional.empty()));
      assertThat(Api.of(without).get("/subjects").status()).isEqualTo(404);
    } finally {
      TestServer.delete(data);
    }
  }
}
