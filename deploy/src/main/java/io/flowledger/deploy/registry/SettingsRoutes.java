package io.flowledger.deploy.registry;

import io.flowledger.schemas.registry.topic.CompatibilityLevel;
import io.flowledger.schemas.registry.topic.SchemaRecord;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Endpoints about compatibility, which new versions owe to earlier ones: asking, setting, trying;
 * and about whether new ones are taken.
 */
final class SettingsRoutes {

  private static final String READ_ONLY_MODE = "the mode of the registry cannot be changed here";

  private final TopicSchemaRegistry registry;
  private final RegistryOperators operators;

  SettingsRoutes(TopicSchemaRegistry registry, RegistryOperators operators) {
    this.registry = registry;
    this.operators = operators;
  }

  void mount(RegistryServer.Mounted routes) {
    routes.post("/compatibility" + RegistryRoutes.VERSIONS, this::compatibleWithSubject);
    routes.post("/compatibility" + RegistryRoutes.VERSION, this::compatibleWithVersion);
    routes.get(
        "/config",
        request -> config(registry.ask(catalog -> catalog.settings().defaultCompatibility())));
    routes.put("/config", this::setDefaultConfig);
    routes.get("/config/:subject", this::subjectConfig);
    routes.put("/config/:subject", this::setSubjectConfig);
    routes.get("/mode", request -> mode(registry.ask(catalog -> catalog.settings().defaultMode())));
    routes.get("/mode/:subject", this::subjectMode);
    routes.put("/mode", request -> RegistryRoutes.refuse(READ_ONLY_MODE));
    routes.put("/mode/:subject", request -> RegistryRoutes.refuse(READ_ONLY_MODE));
  }

  private JsonObject compatibleWithSubject(RegistryRequest request) {
    String subject = request.subject();
    Schema schema = request.schema();
    return compatible(request, registry.ask(catalog -> catalog.incompatibilities(subject, schema)));
  }

  private JsonObject compatibleWithVersion(RegistryRequest request) {
    String subject = request.subject();
    Schema schema = request.schema();
    Optional<Integer> wanted = request.version();
    List<SchemaRecord> versions = registry.ask(catalog -> catalog.versions(subject, false));
    List<SchemaRecord> one =
        wanted.isEmpty()
            ? versions.subList(Math.max(0, versions.size() - 1), versions.size())
            : versions.stream().filter(found -> found.version() == wanted.get()).toList();
    if (wanted.isPresent() && one.isEmpty()) {
      throw RegistryError.noVersion(request.versionText());
    }
    return compatible(
        request, registry.ask(catalog -> catalog.incompatibilities(subject, schema, one)));
  }

  private static JsonObject compatible(RegistryRequest request, List<String> incompatibilities) {
    JsonObject answer = new JsonObject().put("is_compatible", incompatibilities.isEmpty());
    return request.flag("verbose")
        ? answer.put("messages", new JsonArray(incompatibilities))
        : answer;
  }

  private static JsonObject config(CompatibilityLevel level) {
    return new JsonObject().put("compatibilityLevel", level.name());
  }

  private JsonObject subjectConfig(RegistryRequest request) {
    String subject = request.subject();
    Optional<CompatibilityLevel> own =
        registry.ask(catalog -> catalog.settings().ownCompatibility(subject));
    if (own.isEmpty() && !request.flag("defaultToGlobal")) {
      throw RegistryError.noCompatibility(subject);
    }
    return config(
        own.orElseGet(() -> registry.ask(catalog -> catalog.settings().defaultCompatibility())));
  }

  private JsonObject setDefaultConfig(RegistryRequest request) {
    operators.checkSettings(request);
    CompatibilityLevel level = level(request);
    registry.setDefaultCompatibility(level);
    return new JsonObject().put("compatibility", level.name());
  }

  private JsonObject setSubjectConfig(RegistryRequest request) {
    String subject = request.subject();
    operators.checkSettings(request, subject);
    CompatibilityLevel level = level(request);
    registry.setCompatibility(subject, level);
    return new JsonObject().put("compatibility", level.name());
  }

  private static CompatibilityLevel level(RegistryRequest request) {
    return request
        .compatibility()
        .flatMap(CompatibilityLevel::named)
        .orElseThrow(RegistryError::invalidCompatibility);
  }

  private static JsonObject mode(String mode) {
    return new JsonObject().put("mode", mode);
  }

  private JsonObject subjectMode(RegistryRequest request) {
    String subject = request.subject();
    Optional<String> own = registry.ask(catalog -> catalog.settings().ownMode(subject));
    if (own.isEmpty() && !request.flag("defaultToGlobal")) {
      throw RegistryError.noMode(subject);
    }
    return mode(own.orElseGet(() -> registry.ask(catalog -> catalog.settings().defaultMode())));
  }
}
