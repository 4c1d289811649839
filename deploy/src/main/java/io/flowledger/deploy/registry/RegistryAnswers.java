package io.flowledger.deploy.registry;

import io.flowledger.schemas.registry.topic.SchemaRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Schemas in the JSON of Confluent's registry. */
final class RegistryAnswers {

  private RegistryAnswers() {}

  /** A version of a subject, whole. */
  static JsonObject version(SchemaRecord version) {
    JsonObject json =
        new JsonObject()
            .put("subject", version.subject())
            .put("version", version.version())
            .put("id", version.id());
    putSchema(json, version);
    if (version.deleted()) {
      json.put("deleted", true);
    }
    return json;
  }

  static JsonArray versions(List<SchemaRecord> versions) {
    JsonArray json = new JsonArray();
    versions.forEach(version -> json.add(version(version)));
    return json;
  }

  /** What a number or GUID stands for. */
  static JsonObject schema(SchemaRecord version) {
    JsonObject json = new JsonObject();
    putSchema(json, version);
    return json;
  }

  private static void putSchema(JsonObject json, SchemaRecord version) {
    json.put("guid", version.guid()).put("schemaType", version.type());
    if (!version.references().isEmpty()) {
      JsonArray references = new JsonArray();
      version
          .references()
          .forEach(
              reference ->
                  references.add(
                      new JsonObject()
                          .put("name", reference.name())
                          .put("subject", reference.subject())
                          .put("version", reference.version())));
      json.put("references", references);
    }
    json.put("schema", version.schema());
  }

  /** Where a schema is used. */
  static JsonArray subjectVersions(List<SchemaRecord> versions) {
    JsonArray json = new JsonArray();
    versions.forEach(
        version ->
            json.add(
                new JsonObject()
                    .put("subject", version.subject())
                    .put("version", version.version())));
    return json;
  }

  static JsonObject error(RegistryError error) {
    return new JsonObject().put("error_code", error.code()).put("message", error.getMessage());
  }
}
