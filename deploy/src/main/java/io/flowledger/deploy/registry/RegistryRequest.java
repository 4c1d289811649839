package io.flowledger.deploy.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flowledger.http.Operators;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.registry.topic.SchemaRecord;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Request of a client of the registry, checked. May be read on any thread. */
final class RegistryRequest {

  private static final String LATEST = "latest";
  private static final String LATEST_AS_NUMBER = "-1";
  private static final int MAX_SUBJECT = 1000;

  private final RoutingContext request;
  private final byte[] body;

  RegistryRequest(RoutingContext request, byte[] body) {
    this.request = request;
    this.body = body;
  }

  /**
   * @param what is done
   * @throws RegistryError when it is not of an operator
   */
  void require(Operators operators, String what) {
    try {
      operators.require(request, what);
    } catch (RefusedException e) {
      throw RegistryError.forbidden(String.valueOf(e.getMessage()));
    }
  }

  // ---- path and query --------------------------------------------------------------------------

  String subject() {
    String subject = request.pathParam("subject");
    if (subject.length() > MAX_SUBJECT || subject.chars().anyMatch(Character::isISOControl)) {
      throw RegistryError.invalidSubject(subject);
    }
    return subject;
  }

  String versionText() {
    return request.pathParam("version");
  }

  /** Empty for the latest one. */
  Optional<Integer> version() {
    String version = versionText();
    if (version.equals(LATEST) || version.equals(LATEST_AS_NUMBER)) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(version);
      if (number > 0) {
        return Optional.of(number);
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw RegistryError.invalidVersion(version);
  }

  int id() {
    String id = request.pathParam("id");
    try {
      return Integer.parseInt(id);
    } catch (NumberFormatException none) {
      throw RegistryError.noRoute();
    }
  }

  String guid() {
    return request.pathParam("guid");
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(parameter(name).orElse("false"));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(request.queryParams().get(name));
  }

  /** The part of a list that is asked for with {@code offset} and {@code limit}. */
  <T> List<T> page(List<T> whole) {
    int from = Math.min(Math.max(0, number("offset", 0)), whole.size());
    int limit = number("limit", -1);
    return limit < 0
        ? whole.subList(from, whole.size())
        : whole.subList(from, (int) Math.min(whole.size(), (long) from + limit));
  }

  private int number(String name, int otherwise) {
    String value = parameter(name).orElse(Integer.toString(otherwise));
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException none) {
      throw RegistryError.malformed("the parameter " + name + " is no number");
    }
  }

  // ---- body ------------------------------------------------------------------------------------

  /** The Avro schema that is sent. */
  Schema schema() {
    JsonObject body = body();
    Object named = body.getValue("schemaType");
    if (named != null && !(named instanceof String)) {
      throw RegistryError.malformed("schemaType is no text");
    }
    String type = text(body, "schemaType").orElse(SchemaRecord.AVRO);
    if (!type.equals(SchemaRecord.AVRO)) {
      throw RegistryError.invalidSchema(
          "schemas of type " + type + " are not kept here, only those of AVRO");
    }
    Object references = body.getValue("references");
    if (references != null && !(references instanceof JsonArray)) {
      throw RegistryError.malformed("references is no list");
    }
    if (references instanceof JsonArray list && !list.isEmpty()) {
      throw RegistryError.invalidSchema(
          "references are not supported; write the types that it uses into the schema");
    }
    if (isObject(body, "metadata") || isObject(body, "ruleSet")) {
      throw RegistryError.invalidSchema("metadata and rule sets are not supported");
    }
    String schema =
        text(body, "schema").orElseThrow(() -> RegistryError.invalidSchema("there is none"));
    try {
      return new Schema.Parser().parse(schema);
    } catch (RuntimeException e) { // Avro throws what it likes
      throw RegistryError.invalidSchema(
          e.getCause() instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw RegistryError.invalidSchema("it is nested too deep");
    }
  }

  /**
   * @throws RegistryError when the body asks for a number, or a version, of its own
   */
  void requireNoIdentity() {
    JsonObject body = body();
    for (String field : List.of("id", "version")) {
      if (body.getValue(field) instanceof Number number && number.longValue() > 0) {
        throw RegistryError.notPermitted(
            "the registry gives ids and versions; it is not in import mode");
      }
    }
  }

  Optional<String> compatibility() {
    return text(body(), "compatibility");
  }

  private JsonObject body() {
    try {
      if (Json.decodeValue(Buffer.buffer(body)) instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      throw RegistryError.malformed("the body is no JSON object");
    }
    throw RegistryError.malformed("the body is no JSON object");
  }

  private static Optional<String> text(JsonObject body, String name) {
    return body.getValue(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static boolean isObject(JsonObject body, String name) {
    return body.getValue(name) instanceof JsonObject;
  }
}
