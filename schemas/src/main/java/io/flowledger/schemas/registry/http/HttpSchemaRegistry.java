package io.flowledger.schemas.registry.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig.Use;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps schemas in a registry that speaks Confluent's REST API: Confluent's own, Apicurio (under
 * {@code /apis/ccompat/v7}), Karapace, Redpanda.
 *
 * <p>What was learnt once is kept for ever, since a number never means another schema. What the
 * registry does not know is remembered for a short time only, and so that a record that nobody can
 * read does not become a request for each time that it is looked at.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(HttpSchemaRegistry.class);
  private static final JsonFactory JSON = new JsonFactory();
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final Set<Integer> NO_SUCH_PATH = Set.of(400, 404, 405, 422);

  private final Use use;
  private final RegistryConnection connection;
  private final UnknownIds unknown;
  private final Map<Integer, Schema> schemasByNumber = new ConcurrentHashMap<>();
  private final Map<UUID, Schema> schemasByGuid = new ConcurrentHashMap<>();

  /**
   * Does not connect yet.
   *
   * @throws SchemaRegistryException when the certificates cannot be used
   */
  public HttpSchemaRegistry(HttpSchemaRegistryConfig config) {
    this(config, System::nanoTime);
  }

  HttpSchemaRegistry(HttpSchemaRegistryConfig config, LongSupplier nanoTime) {
    this.use = config.use();
    this.connection = new RegistryConnection(config);
    this.unknown = new UnknownIds(config.unknownFor(), nanoTime);
  }

  @Override
  public int register(String subject, Schema schema) {
    int number =
        switch (use) {
          case REGISTER -> registered(subject, schema);
          case LOOK_UP -> found(subject, schema);
          case LATEST -> latest(subject, schema);
        };
    schemasByNumber.putIfAbsent(number, schema);
    return number;
  }

  private int registered(String subject, Schema schema) {
    var answer = connection.post("/subjects/" + encoded(subject) + "/versions", body(schema));
    if (!answer.isSuccess()) {
      throw new SchemaRegistryException(
          "the schema registry refuses the schema of %s: %s".formatted(subject, answer.error()));
    }
    return number(answer, subject);
  }

  private int found(String subject, Schema schema) {
    var answer = connection.post("/subjects/" + encoded(subject), body(schema));
    if (answer.status() == RegistryConnection.NOT_FOUND) {
      throw new SchemaRegistryException(
          "the schema registry does not have the schema of %s, and auto.register.schemas is false:"
                  .formatted(subject)
              + " "
              + answer.error());
    }
    if (!answer.isSuccess()) {
      throw new SchemaRegistryException(
          "the schema registry does not tell the schema of %s: %s"
              .formatted(subject, answer.error()));
    }
    return number(answer, subject);
  }

  private int latest(String subject, Schema schema) {
    var answer = connection.get("/subjects/" + encoded(subject) + "/versions/latest");
    if (!answer.isSuccess()) {
      throw new SchemaRegistryException(
          "the schema registry does not tell the latest version of %s: %s"
              .formatted(subject, answer.error()));
    }
    Optional<Schema> latest = parsed(answer, "the latest version of " + subject);
    if (latest.isEmpty() || !isWrittenAlike(latest.get(), schema)) {
      throw new SchemaRegistryException(
          "the latest version of %s has other fields than this build writes, so use.latest.version"
                  .formatted(subject)
              + " cannot be true");
    }
    int number = number(answer, subject);
    schemasByNumber.putIfAbsent(number, latest.get());
    return number;
  }

  /** Whether both make the same bytes: they may differ in documentation, aliases and defaults. */
  private static boolean isWrittenAlike(Schema one, Schema other) {
    return SchemaNormalization.toParsingForm(one).equals(SchemaNormalization.toParsingForm(other));
  }

  private static int number(RegistryConnection.Answer answer, String subject) {
    String id = answer.fields().get("id");
    try {
      return Integer.parseInt(String.valueOf(id));
    } catch (NumberFormatException e) {
      throw new SchemaRegistryException(
          "the schema registry gives %s the id %s, which is no number".formatted(subject, id), e);
    }
  }

  @Override
  public Optional<Schema> schema(int id) {
    // No registry gives such numbers. What it would say of one is not that it does not know it.
    return id < 0 ? Optional.empty() : schema(id, "/schemas/ids/" + id, schemasByNumber);
  }

  @Override
  public Optional<Schema> schema(UUID guid) {
    return schema(guid, "/schemas/guids/" + guid, schemasByGuid);
  }

  private <K> Optional<Schema> schema(K id, String path, Map<K, Schema> known) {
    Schema schema = known.get(id);
    if (schema != null) {
      return Optional.of(schema);
    }
    if (unknown.contains(id)) {
      return Optional.empty();
    }
    var answer = connection.get(path);
    Optional<Schema> found = Optional.empty();
    if (answer.isSuccess()) {
      found = parsed(answer, path);
    } else if (!isUnknown(answer, id)) {
      // Such as a missing permission, or a URL of something else: no verdict on the record.
      throw new SchemaRegistryException(
          "the schema registry does not tell %s: %s".formatted(path, answer.error()));
    }
    found.ifPresentOrElse(one -> known.put(id, one), () -> unknown.add(id));
    return found;
  }

  /** A registry without GUIDs does not know their path, and there are several ways to say so. */
  private static boolean isUnknown(RegistryConnection.Answer answer, Object id) {
    return id instanceof UUID
        ? NO_SUCH_PATH.contains(answer.status())
        : answer.status() == RegistryConnection.NOT_FOUND
            && Integer.toString(SCHEMA_NOT_FOUND).equals(answer.fields().get("error_code"));
  }

  /** Empty for a schema in another language. */
  private static Optional<Schema> parsed(RegistryConnection.Answer answer, String what) {
    String text = answer.fields().get("schema");
    String language = answer.fields().getOrDefault("schemaType", "AVRO");
    if (text == null || !language.equals("AVRO")) {
      LOG.warn("{} of the schema registry is no Avro schema", what);
      return Optional.empty();
    }
    try {
      // What has been written with a schema is to be read, even if today it would not be accepted.
      return Optional.of(new Schema.Parser().setValidateDefaults(false).parse(text));
    } catch (RuntimeException | StackOverflowError e) { // Avro throws what it likes
      LOG.warn("{} of the schema registry is no Avro schema: {}", what, e.getMessage());
      return Optional.empty();
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String body(Schema schema) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("schema", schema.toString());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }

  /** Whoever waits for an answer is told that there will be none. May be called more than once. */
  @Override
  public void close() {
    connection.close();
  }
}
