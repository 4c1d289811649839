package io.flowledger.deploy.registry;

import io.flowledger.http.Routes;
import io.flowledger.schemas.registry.SchemaRefusedException;
import io.flowledger.schemas.registry.topic.SchemaCatalog;
import io.flowledger.schemas.registry.topic.SchemaRecord;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The schemas of the log over the REST API of Confluent's Schema Registry: what its clients need to
 * read and to register. Nothing is deleted, since the log is kept for ever and needs its schemas.
 */
public final class RegistryRoutes {

  static final String VERSIONS = "/subjects/:subject/versions";
  static final String VERSION = VERSIONS + "/:version";

  /** What Confluent's registry deletes. */
  private static final List<String> DELETABLE =
      List.of("/subjects/:subject", VERSION, "/config", "/config/:subject", "/mode/:subject");

  private static final String KEPT =
      "nothing is deleted here: the log is kept for ever, with its schemas";

  private final TopicSchemaRegistry registry;
  private final SettingsRoutes settings;
  private final RegistryServer server;
  private final RegistryOperators operators;
  private final KafkaCluster cluster;
  private final String version;

  /**
   * @param version of this program
   */
  public RegistryRoutes(
      TopicSchemaRegistry registry,
      RegistryServer server,
      RegistryOperators operators,
      KafkaCluster cluster,
      String version) {
    this.registry = registry;
    this.settings = new SettingsRoutes(registry, operators);
    this.server = server;
    this.operators = operators;
    this.cluster = cluster;
    this.version = version;
  }

  /**
   * The routes of the registry.
   *
   * @param path of the registry, beginning with a slash
   */
  public Routes at(String path) {
    return new Routes() {
      @Override
      public void mount(Router router) {
        RegistryRoutes.this.mount(router, path);
      }

      @Override
      public boolean endsWithSlash(String asked) {
        return asked.equals(path + "/");
      }
    };
  }

  /**
   * @param path of the registry, beginning with a slash
   */
  public void mount(Router router, String path) {
    RegistryServer.Mounted routes = server.mount(router, path);
    routes.get("", request -> new JsonObject());
    routes.get("/subjects", this::subjects);
    routes.post("/subjects/:subject", this::lookUp);
    routes.get(VERSIONS, this::versions);
    routes.post(VERSIONS, this::register);
    routes.get(VERSION, request -> RegistryAnswers.version(version(request)));
    routes.get(VERSION + "/schema", request -> version(request).schema());
    routes.get(VERSION + "/referencedby", this::referencedBy);
    routes.get("/schemas", this::schemas);
    routes.get("/schemas/types", request -> new JsonArray().add(SchemaRecord.AVRO));
    routes.get("/schemas/ids/:id", this::schema);
    routes.get("/schemas/ids/:id/schema", request -> byId(request).schema());
    routes.get("/schemas/ids/:id/subjects", this::subjectsOfId);
    routes.get(
        "/schemas/ids/:id/versions",
        request -> RegistryAnswers.subjectVersions(request.page(versionsOfId(request))));
    routes.get("/schemas/guids/:guid", this::schemaByGuid);
    settings.mount(routes);
    routes.get("/contexts", request -> new JsonArray().add("."));
    routes.get("/v1/metadata/id", request -> clusters());
    routes.get("/v1/metadata/version", request -> new JsonObject().put("version", version));
    for (String deletable : DELETABLE) {
      routes.delete(deletable, request -> refuse(KEPT));
    }
    routes.others(
        request -> {
          throw RegistryError.noRoute();
        });
  }

  static JsonObject refuse(String why) {
    throw RegistryError.notPermitted(why);
  }

  // ---- subjects and versions -------------------------------------------------------------------

  private JsonArray subjects(RegistryRequest request) {
    boolean deletedOnly = request.flag("deletedOnly");
    boolean deleted = deletedOnly || request.flag("deleted");
    String prefix = prefix(request);
    List<String> subjects =
        registry.ask(
            catalog ->
                catalog.subjects(deleted).stream()
                    .filter(subject -> subject.startsWith(prefix))
                    .filter(subject -> !deletedOnly || catalog.versions(subject, false).isEmpty())
                    .toList());
    return new JsonArray(request.page(subjects));
  }

  private static String prefix(RegistryRequest request) {
    // As Confluent has it: the default context, or any.
    String prefix = request.parameter("subjectPrefix").orElse("");
    return prefix.equals(":*:") ? "" : prefix;
  }

  private JsonArray versions(RegistryRequest request) {
    String subject = request.subject();
    boolean deletedOnly = request.flag("deletedOnly");
    List<SchemaRecord> versions =
        existing(subject, deletedOnly || request.flag("deleted")).stream()
            .filter(found -> !deletedOnly || found.deleted())
            .toList();
    return new JsonArray(request.page(versions.stream().map(SchemaRecord::version).toList()));
  }

  private List<SchemaRecord> existing(String subject, boolean deleted) {
    List<SchemaRecord> versions = registry.ask(catalog -> catalog.versions(subject, deleted));
    if (versions.isEmpty()) {
      throw RegistryError.noSubject(subject);
    }
    return versions;
  }

  private SchemaRecord version(RegistryRequest request) {
    Optional<Integer> wanted = request.version();
    List<SchemaRecord> versions = existing(request.subject(), request.flag("deleted"));
    return wanted.isEmpty()
        ? versions.get(versions.size() - 1)
        : versions.stream()
            .filter(found -> found.version() == wanted.get())
            .findFirst()
            .orElseThrow(() -> RegistryError.noVersion(request.versionText()));
  }

  private JsonArray referencedBy(RegistryRequest request) {
    SchemaRecord used = version(request);
    List<Integer> ids =
        registry.ask(catalog -> catalog.referencing(used.subject(), used.version()));
    return new JsonArray(ids);
  }

  private JsonObject lookUp(RegistryRequest request) {
    String subject = request.subject();
    boolean deleted = request.flag("deleted");
    Schema schema = request.schema();
    existing(subject, deleted);
    return registry
        .ask(catalog -> catalog.find(subject, schema, deleted))
        .map(RegistryAnswers::version)
        .orElseThrow(RegistryError::noSchema);
  }

  private JsonObject register(RegistryRequest request) {
    request.requireNoIdentity();
    String subject = request.subject();
    Schema schema = request.schema();
    if (operators.own(subject)
        && registry.ask(catalog -> catalog.find(subject, schema, false)).isEmpty()) {
      operators.checkOwnVersion(request);
    }
    try {
      return RegistryAnswers.version(registry.registerVersion(subject, schema));
    } catch (SchemaRefusedException e) {
      throw RegistryError.of(e);
    }
  }

  // ---- schemas ---------------------------------------------------------------------------------

  private JsonArray schemas(RegistryRequest request) {
    String prefix = prefix(request);
    boolean deleted = request.flag("deleted");
    boolean latestOnly = request.flag("latestOnly");
    List<SchemaRecord> found =
        registry.ask(
            catalog ->
                catalog.subjects(deleted).stream()
                    .filter(subject -> subject.startsWith(prefix))
                    .map(subject -> catalog.versions(subject, deleted))
                    .flatMap(
                        versions -> versions.stream().skip(latestOnly ? versions.size() - 1 : 0))
                    .toList());
    return RegistryAnswers.versions(request.page(found));
  }

  private SchemaRecord byId(RegistryRequest request) {
    int id = request.id();
    return registry
        .ask(catalog -> catalog.byId(id))
        .orElseThrow(() -> RegistryError.noSchema(Integer.toString(id)));
  }

  private JsonObject schema(RegistryRequest request) {
    JsonObject schema = RegistryAnswers.schema(byId(request));
    return request.flag("fetchMaxId")
        ? schema.put("maxId", registry.ask(SchemaCatalog::highestId))
        : schema;
  }

  private JsonObject schemaByGuid(RegistryRequest request) {
    String guid = request.guid();
    return registry
        .ask(catalog -> catalog.byGuid(guid))
        .map(RegistryAnswers::schema)
        .orElseThrow(() -> RegistryError.noSchema(guid));
  }

  private List<SchemaRecord> versionsOfId(RegistryRequest request) {
    byId(request);
    int id = request.id();
    boolean deleted = request.flag("deleted");
    Optional<String> subject = request.parameter("subject");
    return registry.ask(catalog -> catalog.versionsOf(id, deleted)).stream()
        .filter(found -> subject.isEmpty() || found.subject().equals(subject.get()))
        .toList();
  }

  private JsonArray subjectsOfId(RegistryRequest request) {
    List<String> subjects =
        versionsOfId(request).stream().map(SchemaRecord::subject).distinct().toList();
    return new JsonArray(request.page(subjects));
  }

  private JsonObject clusters() {
    return new JsonObject()
        .put(
            "scope",
            new JsonObject()
                .put("path", new JsonArray())
                .put(
                    "clusters",
                    new JsonObject()
                        .put("kafka-cluster", cluster.id())
                        .put("schema-registry-cluster", "schema-registry")))
        .put("id", "");
  }
}
