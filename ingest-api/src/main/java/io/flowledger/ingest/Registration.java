package io.flowledger.ingest;

import io.flowledger.schemas.Identifier;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that registers a flow, run, step or task.
 *
 * @param userName null where absent or null
 * @param hasUserName whether the body has the field at all
 * @param tags null where absent or null
 * @param systemTags null where absent or null
 * @param id name that a scheduler gave the run or task
 */
record Registration(
    @Nullable String userName,
    boolean hasUserName,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags,
    Optional<String> id) {

  private static final class Fields {
    @Nullable String userName;
    boolean hasUserName;
    @Nullable List<String> tags;
    @Nullable List<String> systemTags;
    @Nullable String id;
  }

  /**
   * @param idField name of the field that may hold a scheduler's name; empty for none
   * @throws io.vertx.ext.web.handler.HttpException 400 or 413 that says what is wrong
   */
  static Registration parse(byte[] body, IngestConfig limits, String idField) {
    Fields fields = new Fields();
    return JsonInput.read(
        body,
        limits,
        input -> {
          input.object(
              "the body",
              name -> {
                switch (name) {
                  case "user_name" -> {
                    fields.userName = input.nullableName("user_name");
                    fields.hasUserName = true;
                  }
                  case "tags" -> fields.tags = input.nullableStrings("tags");
                  case "system_tags" -> fields.systemTags = input.nullableStrings("system_tags");
                  default -> {
                    if (name.equals(idField)) {
                      fields.id = input.isNull() ? null : schedulersName(input.name(name), name);
                    }
                  }
                }
              });
          return new Registration(
              fields.userName,
              fields.hasUserName,
              fields.tags,
              fields.systemTags,
              Optional.ofNullable(fields.id));
        });
  }

  private static String schedulersName(String id, String field) {
    if (id.isEmpty()) {
      throw Rejection.badRequest(field + " must not be empty");
    }
    if (Identifier.isNumber(id)) {
      throw Rejection.badRequest(
          "%s must not be a number, the service gives those: '%s'".formatted(field, id));
    }
    return id;
  }
}
