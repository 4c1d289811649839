package io.flowledger.deploy.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The description of the endpoints in OpenAPI 3.1. It is kept by hand, in the resources {@code
 * /openapi}: a file for each area, with what all operations of it have in common, and one for what
 * they refer to. What follows from that is added here, so that nobody has to write it: common
 * answers and headers, {@code HEAD} beside every {@code GET}, and a parameter for every operator of
 * a filter.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1.1</a>
 */
final class Description {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FOLDER = "/openapi/";
  private static final String REGISTRY = "/schema-registry";
  private static final String REF = "$ref";
  private static final String OF_PARAMETERS = "#/components/parameters/";
  private static final String RESPONSES = "responses";
  private static final String PARAMETERS = "parameters";
  private static final String HEADERS = "headers";
  private static final String OPERATORS = "x-operators";

  /** Operators that a filter may have beside that for equality; see {@code query.filter}. */
  private static final List<String> COMPARING = List.of("ne", "lt", "le", "gt", "ge");

  private static final List<String> ON_TEXT = List.of("co", "sw", "ew", "li");
  private static final String IS = "is";
  private static final int LONGEST_PART = 1000;

  private final ObjectNode document = file("document");
  private final ObjectNode components = file("components");
  private final ObjectNode headersOfAll = (ObjectNode) document.remove("headersOfAll");

  /** Parameters for the operators of a filter, by the name of that for equality. */
  private final Map<String, List<String>> operators = new LinkedHashMap<>();

  private Description() {}

  /**
   * The document.
   *
   * @param version of this program
   * @param registryPath of the schema registry; empty where it is not served
   * @param mcp whether messages of the Model Context Protocol are taken
   */
  static ObjectNode of(String version, Optional<String> registryPath, boolean mcp) {
    Description description = new Description();
    ((ObjectNode) description.document.get("info")).put("version", version);
    description.addOperators();
    List<String> areas =
        new ArrayList<>(List.of("writes", "objects", "history", "operators", "service"));
    if (mcp) {
      areas.add("mcp");
    }
    areas.forEach(area -> description.add(file(area), ""));
    registryPath.ifPresent(path -> description.add(file("registry"), path));
    return description.end();
  }

  private static ObjectNode file(String name) {
    try (InputStream in = Description.class.getResourceAsStream(FOLDER + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException(FOLDER + name + ".json is missing from the jar");
      }
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FOLDER + name + ".json", e);
    }
  }

  // ---- what all refer to -----------------------------------------------------------------------

  private void addOperators() {
    ObjectNode parameters = (ObjectNode) components.get(PARAMETERS);
    Map<String, ObjectNode> filters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
      if (parameter.getValue().has(OPERATORS)) {
        filters.put(parameter.getKey(), (ObjectNode) parameter.getValue());
      }
    }
    filters.forEach(
        (key, filter) -> {
          filter.remove(OPERATORS);
          List<String> names = operators.computeIfAbsent(key, of -> new ArrayList<>());
          COMPARING.forEach(
              operator -> names.add(add(parameters, key, operator, filter.get("schema"))));
          ON_TEXT.forEach(operator -> names.add(add(parameters, key, operator, text(operator))));
          names.add(add(parameters, key, IS, onlyNull()));
        });
  }

  private static String add(ObjectNode parameters, String key, String operator, JsonNode schema) {
    ObjectNode parameter = parameters.get(key).deepCopy();
    parameter.put("name", parameter.get("name").asText() + ":" + operator);
    parameter.set("schema", schema);
    String name = key + "_" + operator;
    parameters.set(name, parameter);
    return name;
  }

  private static ObjectNode text(String operator) {
    ObjectNode schema = JSON.createObjectNode().put("type", "string");
    return operator.equals("co") ? schema.put("maxLength", LONGEST_PART) : schema;
  }

  private static ObjectNode onlyNull() {
    return JSON.createObjectNode().put("type", "string").put("pattern", "^null(?:,null)*$");
  }

  private ObjectNode end() {
    ObjectNode responses = (ObjectNode) components.get(RESPONSES);
    responses.putObject("Head").put("description", "As that of `GET`, without its body.");
    responses.forEach(this::addHeaders);
    document.set("components", components);
    return document;
  }

  private void addHeaders(JsonNode response) {
    if (!response.has(REF)) {
      ((ObjectNode) response).withObjectProperty(HEADERS).setAll(headersOfAll);
    }
  }

  // ---- operations ------------------------------------------------------------------------------

  /**
   * @param registryPath of the registry, where it is that
   */
  private void add(ObjectNode area, String registryPath) {
    JsonNode tag = area.get("tag");
    document.withArrayProperty("tags").add(tag);
    ObjectNode paths = document.withObjectProperty("paths");
    for (Map.Entry<String, JsonNode> path : area.get("paths").properties()) {
      String name = path.getKey();
      ObjectNode item =
          paths.withObjectProperty(
              name.startsWith(REGISTRY) ? registryPath + name.substring(REGISTRY.length()) : name);
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        ObjectNode of = (ObjectNode) operation.getValue();
        complete(of, area, tag.get("name").asText());
        item.set(operation.getKey(), of);
        if (operation.getKey().equals("get")) {
          item.set("head", head(of));
        }
      }
    }
  }

  private void complete(ObjectNode operation, ObjectNode area, String tag) {
    operation.putArray("tags").add(tag);
    if (operation.has(PARAMETERS)) {
      operation.set(PARAMETERS, withOperators(operation.get(PARAMETERS)));
    }
    Map<String, JsonNode> responses = new TreeMap<>();
    put(responses, area.get("every"));
    if (operation.has("requestBody")) {
      put(responses, area.get("everyWithBody"));
    }
    put(responses, operation.get(RESPONSES));
    responses.values().forEach(this::addHeaders);
    operation.putObject(RESPONSES).setAll(responses);
  }

  private static void put(Map<String, JsonNode> responses, JsonNode others) {
    others.properties().forEach(other -> responses.put(other.getKey(), other.getValue()));
  }

  private ArrayNode withOperators(JsonNode parameters) {
    ArrayNode all = JSON.createArrayNode();
    for (JsonNode parameter : parameters) {
      all.add(parameter);
      String name = parameter.path(REF).asText();
      if (name.startsWith(OF_PARAMETERS)) {
        operators
            .getOrDefault(name.substring(OF_PARAMETERS.length()), List.of())
            .forEach(operator -> all.addObject().put(REF, OF_PARAMETERS + operator));
      }
    }
    return all;
  }

  private static ObjectNode head(ObjectNode get) {
    ObjectNode head = get.deepCopy();
    head.put("operationId", get.get("operationId").asText() + "Head");
    head.putObject(RESPONSES).putObject("default").put(REF, "#/components/responses/Head");
    return head;
  }
}
