package io.flowledger.deploy.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Colours;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.List;
import java.util.function.Function;

/**
 * The answer to "what differs" for people, with the signs of a diff: {@code +}, {@code -}, {@code
 * ~}.
 */
final class DiffText {

  private static final List<String> NAMED = List.of("tags", "steps", "tasks");

  private final JsonNode diff;
  private final Colours colours;
  private final StringBuilder text = new StringBuilder();

  DiffText(JsonNode diff, Colours colours) {
    this.diff = diff;
    this.colours = colours;
  }

  boolean isSame() {
    return Json.stream(diff)
        .allMatch(
            section ->
                List.of("added", "removed", "changed").stream()
                    .allMatch(change -> section.path(change).isEmpty()));
  }

  String render() {
    line(Tone.BAD, "--- " + side("from"));
    line(Tone.GOOD, "+++ " + side("to"));
    for (String section : NAMED) {
      section(section, JsonNode::asText, JsonNode::asText);
    }
    section(
        "metadata",
        entry -> field(entry) + " = " + value(entry, "value"),
        entry -> field(entry) + ": " + change(entry));
    section(
        "artifacts",
        entry -> artifact(entry) + " " + value(entry, "sha"),
        entry -> artifact(entry) + ": " + change(entry));
    if (isSame()) {
      line(Tone.PLAIN, "no differences");
    }
    return text.toString();
  }

  private String side(String side) {
    JsonNode of = diff.path(side);
    return Visible.all(
        Json.text(of, "pathspec").orElse("?")
            + Json.text(of, "as_of").map(moment -> " as of " + moment).orElse(" now"));
  }

  private void section(
      String name, Function<JsonNode, String> whole, Function<JsonNode, String> changed) {
    JsonNode section = diff.path(name);
    if (section.path("added").isEmpty()
        && section.path("removed").isEmpty()
        && section.path("changed").isEmpty()) {
      return;
    }
    line(Tone.STRONG, name);
    section
        .path("removed")
        .forEach(entry -> line(Tone.BAD, "- " + Visible.all(whole.apply(entry))));
    section.path("added").forEach(entry -> line(Tone.GOOD, "+ " + Visible.all(whole.apply(entry))));
    section
        .path("changed")
        .forEach(entry -> line(Tone.WARNING, "~ " + Visible.all(changed.apply(entry))));
  }

  private static String field(JsonNode entry) {
    return value(entry, "task") + " " + value(entry, "field_name");
  }

  private static String artifact(JsonNode entry) {
    return "%s attempt %s %s"
        .formatted(value(entry, "task"), value(entry, "attempt_id"), value(entry, "name"));
  }

  private static String change(JsonNode entry) {
    return value(entry, "from") + " -> " + value(entry, "to");
  }

  private static String value(JsonNode entry, String field) {
    return Json.text(entry, field).orElse("-");
  }

  private void line(Tone tone, String line) {
    text.append(colours.paint(tone, line)).append('\n');
  }
}
