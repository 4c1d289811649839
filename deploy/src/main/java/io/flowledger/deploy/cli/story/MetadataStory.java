package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Metadata that Metaflow's clients record, as what it tells of a task: its attempts and how they
 * ended ({@code attempt}, {@code attempt_ok}), where a resumed run takes it from ({@code
 * origin-run-id}, {@code origin-task-id}), and whatever else has been recorded. Field names are
 * Metaflow's.
 */
final class MetadataStory {

  private static final String ATTEMPT_TAG = "attempt_id:";
  private static final String ORIGIN_RUN = "origin-run-id";
  private static final String ORIGIN_TASK = "origin-task-id";

  /** What Python says of a value that is not there. */
  private static final String NONE = "None";

  /** Recorded of every task, and of no interest to people. */
  private static final Set<String> PLUMBING =
      Set.of(
          "attempt-done",
          "ds-root",
          "ds-type",
          "end_step",
          "foreach-execution-path",
          "metaflow_version",
          "python_version",
          "runtime",
          "script-name",
          "start_step",
          "user");

  private final StoryNames names;
  private final boolean everything;
  private final Set<String> resumed = new HashSet<>();

  MetadataStory(StoryNames names, boolean everything) {
    this.names = names;
    this.everything = everything;
  }

  /**
   * @param all whether plumbing is told
   * @param folded whether nothing is told of this task but whence its run was resumed
   */
  List<Sentence> tell(JsonNode event, boolean all, boolean folded) {
    Map<String, JsonNode> fields = fields(event);
    List<Sentence> sentences = new ArrayList<>();
    origin(fields, ORIGIN_RUN).ifPresent(from -> resumed(event, from, sentences));
    if (folded) {
      return sentences;
    }
    List<String> others = new ArrayList<>();
    for (JsonNode entry : event.path("event").path("entries")) {
      String name = Json.text(entry, "field_name").orElse("?");
      Optional<Sentence> told = milestone(event, name, entry, fields);
      told.ifPresent(sentences::add);
      if (told.isEmpty() && (all || !isPlumbing(name))) {
        others.add("%s = %s".formatted(Visible.all(name), value(entry)));
      }
    }
    if (!others.isEmpty()) {
      sentences.add(new Sentence(names.task(event) + ": " + String.join(", ", others), Tone.FAINT));
    }
    return sentences;
  }

  private static Map<String, JsonNode> fields(JsonNode event) {
    return Json.stream(event.path("event").path("entries"))
        .collect(
            Collectors.toMap(
                entry -> Json.text(entry, "field_name").orElse("?"),
                entry -> entry,
                (first, second) -> second));
  }

  private void resumed(JsonNode event, String from, List<Sentence> sentences) {
    String run = names.run(event);
    if (resumed.add(run)) {
      sentences.add(new Sentence("run %s resumed from run %s".formatted(run, from), Tone.STRONG));
    }
  }

  private Optional<Sentence> milestone(
      JsonNode event, String field, JsonNode entry, Map<String, JsonNode> fields) {
    String value = Json.text(entry, "value").orElse("");
    String task = names.task(event);
    return switch (field) {
      case "attempt" ->
          Optional.of(
              Sentence.of(
                  "attempt %s of %s begins%s"
                      .formatted(
                          Visible.shortened(value), task, value.equals("0") ? "" : " (retry)")));
      case "attempt_ok" -> outcome(value, attempt(entry) + " of " + task);
      case ORIGIN_TASK ->
          origin(fields, ORIGIN_TASK)
              .map(
                  from ->
                      Sentence.of(
                          "%s cloned from %s"
                              .formatted(
                                  task,
                                  origin(fields, ORIGIN_RUN)
                                      .map(run -> originOf(event, run, from))
                                      .orElse("task " + from))));
      default -> Optional.empty();
    };
  }

  private static String originOf(JsonNode event, String run, String task) {
    return run + "/" + Visible.all(Json.text(event, "step_name").orElse("?")) + "/" + task;
  }

  private static Optional<Sentence> outcome(String value, String attempt) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> Optional.of(new Sentence(attempt + " succeeded", Tone.GOOD));
      case "false" -> Optional.of(new Sentence(attempt + " FAILED", Tone.BAD));
      default -> Optional.empty();
    };
  }

  /** Which attempt an entry is of, as its tag says. */
  private static String attempt(JsonNode entry) {
    return Json.texts(entry.path("tags")).stream()
        .filter(tag -> tag.startsWith(ATTEMPT_TAG))
        .map(tag -> "attempt " + Visible.all(tag.substring(ATTEMPT_TAG.length())))
        .findFirst()
        .orElse("an attempt");
  }

  private static Optional<String> origin(Map<String, JsonNode> fields, String field) {
    return Optional.ofNullable(fields.get(field))
        .flatMap(entry -> Json.text(entry, "value"))
        .filter(value -> !value.isEmpty() && !value.equals(NONE))
        .map(Visible::shortened);
  }

  private static boolean isPlumbing(String field) {
    return PLUMBING.contains(field) || field.equals(ORIGIN_RUN) || field.equals(ORIGIN_TASK);
  }

  private String value(JsonNode entry) {
    String value = Json.text(entry, "value").orElse("null");
    return everything ? Visible.all(value) : Visible.shortened(value);
  }
}
