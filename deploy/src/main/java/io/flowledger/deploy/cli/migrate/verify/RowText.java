package io.flowledger.deploy.cli.migrate.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Task;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A row as a listing answers it, as text, the same of either side: {@code field=value} for every
 * field. Tags that are those of the run are compared with the run; in any order, since a change of
 * tags keeps none.
 */
final class RowText {

  private static final String SEPARATOR = "; ";

  private RowText() {}

  private static String text(@Nullable Object... namesAndValues) {
    StringBuilder text = new StringBuilder();
    String before = "";
    for (int i = 0; i < namesAndValues.length; i += 2) {
      text.append(before).append(namesAndValues[i]).append('=').append(namesAndValues[i + 1]);
      before = SEPARATOR;
    }
    return text.toString();
  }

  private static String text(JsonNode row, String... fields) {
    return Stream.of(fields)
        .map(field -> field + "=" + Json.text(row, field).orElse("null"))
        .collect(Collectors.joining(SEPARATOR));
  }

  private static @Nullable List<String> tags(JsonNode row, String field) {
    JsonNode tags = row.path(field);
    return tags.isArray() ? Json.texts(tags) : null;
  }

  private static List<String> sorted(@Nullable List<String> tags) {
    return tags == null ? List.of() : tags.stream().distinct().sorted().toList();
  }

  static String of(Flow flow) {
    return text("user_name", flow.userName(), "ts_epoch", flow.tsEpoch())
        + text("; tags", flow.tags(), "system_tags", flow.systemTags());
  }

  static String flow(JsonNode row) {
    return text(row, "user_name", "ts_epoch")
        + text("; tags", tags(row, "tags"), "system_tags", tags(row, "system_tags"));
  }

  /** Of a run whose time is not kept, that time is the one that is compared. */
  static String of(Run run, long tsEpoch) {
    return text(
            "run_number",
            run.shownId(),
            "user_name",
            run.userName(),
            "ts_epoch",
            tsEpoch,
            "last_heartbeat_ts",
            run.heartbeat(),
            "user",
            run.systemTags().contains("user:" + run.userName()) ? run.userName() : null)
        + text("; tags", sorted(run.tags()), "system_tags", sorted(run.systemTags()));
  }

  static String run(JsonNode row) {
    return text(row, "run_number", "user_name", "ts_epoch", "last_heartbeat_ts", "user")
        + text(
            "; tags", sorted(tags(row, "tags")), "system_tags", sorted(tags(row, "system_tags")));
  }

  /** Where there is no user, the service answers an empty name. */
  static String of(Step step) {
    return text("step_name", step.name(), "user_name", step.userName(), "ts_epoch", step.tsEpoch());
  }

  static String step(JsonNode row) {
    return text(row, "step_name", "user_name", "ts_epoch");
  }

  static String of(Task task) {
    return text(
        "step_name",
        task.path().step(),
        "task_id",
        task.shownId(),
        "user_name",
        task.userName(),
        "ts_epoch",
        task.tsEpoch(),
        "last_heartbeat_ts",
        task.heartbeat());
  }

  static String task(JsonNode row) {
    return text(row, "step_name", "task_id", "user_name", "ts_epoch", "last_heartbeat_ts");
  }

  static String of(Task task, Metadata row) {
    return text(
        "id",
        row.id(),
        "step_name",
        task.path().step(),
        "task_id",
        task.shownId(),
        "field_name",
        row.fieldName(),
        "value",
        row.value(),
        "type",
        row.type(),
        "user_name",
        row.userName(),
        "ts_epoch",
        row.tsEpoch(),
        "tags",
        row.tags(),
        "system_tags",
        row.systemTags());
  }

  static String metadata(JsonNode row) {
    return text(
            row,
            "id",
            "step_name",
            "task_id",
            "field_name",
            "value",
            "type",
            "user_name",
            "ts_epoch")
        + text("; tags", tags(row, "tags"), "system_tags", tags(row, "system_tags"));
  }

  static String of(Task task, Artifact row) {
    return text(
        "step_name",
        task.path().step(),
        "task_id",
        task.shownId(),
        "name",
        row.name(),
        "attempt_id",
        row.attempt(),
        "location",
        row.location(),
        "ds_type",
        row.dsType(),
        "sha",
        row.sha(),
        "type",
        row.type(),
        "content_type",
        row.contentType(),
        "user_name",
        row.userName(),
        "ts_epoch",
        row.tsEpoch());
  }

  static String artifact(JsonNode row) {
    return text(
        row,
        "step_name",
        "task_id",
        "name",
        "attempt_id",
        "location",
        "ds_type",
        "sha",
        "type",
        "content_type",
        "user_name",
        "ts_epoch");
  }

  /** What tells a row from the others of its listing: the fields up to the one that names it. */
  static String key(String text, String lastField) {
    String begin = lastField + "=";
    int field = text.startsWith(begin) ? 0 : text.indexOf(SEPARATOR + begin) + 1;
    int end = text.indexOf(SEPARATOR, field);
    return end < 0 ? text : text.substring(0, end);
  }
}
