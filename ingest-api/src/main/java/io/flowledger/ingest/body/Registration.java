package io.flowledger.ingest.body;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.Identifier;
import java.io.IOException;
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
public record Registration(
    @Nullable String userName,
    boolean hasUserName,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags,
    Optional<String> id) {

  /** The fields that have been read so far. */
  public static final class Fields {
    private @Nullable String userName;
    private boolean hasUserName;
    private @Nullable List<String> tags;
    private @Nullable List<String> systemTags;
    private @Nullable String id;

    /**
     * @param idField name of the field that may hold a scheduler's name; empty for none
     */
    public void read(JsonInput input, String name, String idField) throws IOException {
      switch (name) {
        case "user_name" -> {
          userName = input.nullableName("user_name");
          hasUserName = true;
        }
        case "tags" -> tags = input.nullableStrings("tags");
        case "system_tags" -> systemTags = input.nullableStrings("system_tags");
        default -> {
          if (!idField.isEmpty() && name.equals(idField)) {
            id = input.isNull() ? null : schedulersName(input.nameInPath(name), name);
          }
        }
      }
    }

    public Registration registration() {
      return new Registration(userName, hasUserName, tags, systemTags, Optional.ofNullable(id));
    }
  }

  /**
   * @param idField name of the field that may hold a scheduler's name; empty for none
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static Registration parse(byte[] body, Limits limits, String idField) {
    return JsonInput.read(
        body,
        limits,
        input -> {
          Fields fields = new Fields();
          input.object("the body", name -> fields.read(input, name, idField));
          return fields.registration();
        });
  }

  private static String schedulersName(String id, String field) {
    if (Identifier.isNumber(id)) {
      throw RefusedException.malformed(
          "%s must not be a number, the service gives those: '%s'".formatted(field, id));
    }
    return id;
  }
}
