package io.flowledger.deploy.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Times;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The status of one run, as the server answers it; and what people call its parts. */
record RunStatusAnswer(JsonNode json) {

  private static final List<String> STATES =
      List.of("completed", "running", "pending", "failed", "killed-or-lost");

  /** Where the server does not say. */
  static final String UNKNOWN = "unknown";

  Pathspec pathspec() {
    return Pathspec.of(flow(), run());
  }

  private String flow() {
    return Json.text(json, "flow_id").orElse("?");
  }

  /** The name that a scheduler gave it, or its number. */
  private String run() {
    return Json.text(json, "run_id").or(() -> Json.text(json, "run_number")).orElse("?");
  }

  String status() {
    return Json.text(json, "status").orElse(UNKNOWN);
  }

  boolean isOver() {
    return !status().equals("pending") && !status().equals("running");
  }

  Table.Cell statusCell() {
    return new Table.Cell(Visible.all(status()), Tone.ofStatus(status()));
  }

  String user() {
    return Visible.all(Json.text(json, "user_name").orElse(""));
  }

  String tags() {
    return Visible.all(String.join(", ", Json.texts(json.path("tags"))));
  }

  OptionalLong createdAt() {
    return Json.number(json, "created_at");
  }

  /** How long it took, or has taken so far; empty where it has not begun. */
  String duration() {
    OptionalLong told = Json.number(json, "duration_ms");
    return told.isPresent() ? Times.duration(told.getAsLong()) : elapsed(json);
  }

  /** From the start of a run or a step of it to its end, or to the moment of this status. */
  String elapsed(JsonNode part) {
    OptionalLong start = Json.number(part, "started_at");
    OptionalLong end = Json.number(part, "finished_at");
    OptionalLong until = end.isPresent() ? end : Json.number(json, "as_of");
    return start.isPresent() && until.isPresent()
        ? Times.duration(Math.max(0, until.getAsLong() - start.getAsLong()))
        : "";
  }

  /** For example {@code 2 completed, 1 running}. */
  static String counts(JsonNode tasks) {
    return STATES.stream()
        .flatMap(
            state ->
                Json.number(tasks, state).stream()
                    .filter(count -> count > 0)
                    .mapToObj(count -> count + " " + state))
        .collect(Collectors.joining(", "));
  }

  /** How the tasks of a step stand, all together. */
  static Tone tone(JsonNode tasks) {
    return Stream.of("failed", "killed-or-lost", "running", "pending", "completed")
        .filter(state -> Json.number(tasks, state).orElse(0) > 0)
        .findFirst()
        .map(Tone::ofStatus)
        .orElse(Tone.PLAIN);
  }

  Optional<Long> count(String field) {
    OptionalLong count = Json.number(json, field);
    return count.isPresent() ? Optional.of(count.getAsLong()) : Optional.empty();
  }
}
