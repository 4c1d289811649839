package io.flowledger.deploy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server that is asked as its own description says, and whose answers are held against that:
 * status, headers, content type and body.
 */
final class DescribedApi {

  private static final String ID = "https://flowledger.invalid/openapi.json";
  private static final String LINES = "application/x-ndjson";
  private static final String REF = "$ref";
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final JsonNode document;
  private final SchemaRegistry schemas;
  private final Map<String, Schema> known = new HashMap<>();
  private final Map<String, Set<Integer>> seen = new TreeMap<>();

  /** An answer that is as described. */
  record Answer(int status, String body, HttpResponse<byte[]> response) {}

  /**
   * @param base URL of the server
   */
  DescribedApi(String base) {
    this.base = base;
    String text = text(send("GET", "/openapi.json", null));
    this.document = parse(text);
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(ID, text)));
  }

  JsonNode document() {
    return document;
  }

  /** All operations, as {@code GET /flows/{flow}}. */
  Set<String> operations() {
    return operations(document);
  }

  /** Those of a description. */
  static Set<String> operations(JsonNode document) {
    Set<String> operations = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return operations;
  }

  /** The statuses that operations have been answered with. */
  Map<String, Set<Integer>> seen() {
    return seen;
  }

  /** What an operation may be answered with. */
  JsonNode responses(String operation) {
    String[] parts = operation.split(" ", 2);
    return document.at(
        "/paths/" + escaped(parts[1]) + "/" + parts[0].toLowerCase(Locale.ROOT) + "/responses");
  }

  /**
   * Sends a request of an operation, and holds the answer against the description.
   *
   * @param operation as {@code GET /flows/{flow}}
   * @param target path and query, as they are sent
   * @param body null for none
   */
  Answer ask(String operation, String target, @Nullable String body, String... headers) {
    HttpResponse<byte[]> response = send(operation.split(" ")[0], target, body, headers);
    String what = operation + " as " + target + " -> " + response.statusCode();
    seen.computeIfAbsent(operation, of -> new TreeSet<>()).add(response.statusCode());
    JsonNode responses = responses(operation);
    assertThat(responses.isMissingNode()).as("%s is described", operation).isFalse();
    String status = Integer.toString(response.statusCode());
    String pointer =
        "/paths/"
            + escaped(operation.split(" ")[1])
            + "/"
            + operation.split(" ")[0].toLowerCase(Locale.ROOT)
            + "/responses/"
            + (responses.has(status) ? status : "default");
    assertThat(document.at(pointer).isMissingNode())
        .as("%s: the status is described; %s", what, text(response))
        .isFalse();
    check(what, resolved(pointer), response);
    return new Answer(response.statusCode(), text(response), response);
  }

  // ---- answers against the description ---------------------------------------------------------

  private void check(String what, String pointer, HttpResponse<byte[]> response) {
    JsonNode described = document.at(pointer);
    for (Map.Entry<String, JsonNode> header : described.path("headers").properties()) {
      String at = resolved(pointer + "/headers/" + escaped(header.getKey()));
      List<String> values = response.headers().allValues(header.getKey());
      if (document.at(at).path("required").asBoolean()) {
        assertThat(values).as("%s: header %s", what, header.getKey()).isNotEmpty();
      }
      values.forEach(
          value ->
              valid(
                  what + ": header " + header.getKey(),
                  at + "/schema",
                  JSON.getNodeFactory().textNode(value)));
    }
    JsonNode content = described.path("content");
    String type = response.headers().firstValue("Content-Type").orElse("").split(";")[0].strip();
    boolean withoutBody = response.request().method().equals("HEAD");
    if (withoutBody || content.isMissingNode()) {
      assertThat(response.body()).as("%s: no body", what).isEmpty();
      return;
    }
    assertThat(content.has(type)).as("%s: the content type %s is described", what, type).isTrue();
    body(what, pointer + "/content/" + escaped(type), type, text(response));
  }

  private void body(String what, String pointer, String type, String text) {
    if (type.equals(LINES)) {
      assertThat(document.at(pointer).has("x-item-schema")).as(what).isTrue();
      text.lines().forEach(line -> valid(what, pointer + "/x-item-schema", parse(line)));
    } else if (isText(pointer + "/schema")) {
      valid(what, pointer + "/schema", JSON.getNodeFactory().textNode(text));
    } else {
      valid(what, pointer + "/schema", parse(text));
    }
  }

  /** Whether the body is a string itself, not JSON. */
  private boolean isText(String pointer) {
    JsonNode schema = document.at(pointer);
    return !pointer.contains("json")
        && (schema.path("type").asText().equals("string") || schema.path("const").isTextual());
  }

  private void valid(String what, String pointer, JsonNode instance) {
    Schema schema =
        known.computeIfAbsent(pointer, at -> schemas.getSchema(SchemaLocation.of(ID + "#" + at)));
    assertThat(schema.validate(instance)).as("%s: %s", what, shortened(instance)).isEmpty();
  }

  private static String shortened(JsonNode instance) {
    String text = instance.toString();
    return text.length() > 500 ? text.substring(0, 500) + "..." : text;
  }

  /** Where a reference leads. */
  private String resolved(String pointer) {
    JsonNode node = document.at(pointer);
    return node.has(REF) ? resolved(node.get(REF).asText().substring(1)) : pointer;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  // ---- requests --------------------------------------------------------------------------------

  HttpResponse<byte[]> send(
      String method, String target, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + target))
            .timeout(LONGEST)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /** One header after the other, as they are given to requests. */
  static String[] headers(String[] first, String... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }
}
