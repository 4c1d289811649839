package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns the events of a history, in their order, into sentences for a person who was not there. It
 * remembers what it has told: who runs a run is said once, and again where somebody else acts.
 *
 * <p>What only the machinery of Metaflow cares for is left out, unless everything is asked for: the
 * step {@code _parameters}, metadata about the environment, artifacts whose names begin with an
 * underscore. What the service did not accept is always told.
 */
public final class Story {

  private static final String PARAMETERS = "_parameters";
  private static final int NAMED_ARTIFACTS = 6;

  private final boolean everything;
  private final StoryNames names;
  private final MetadataStory metadata;
  private final Map<String, String> users = new HashMap<>();

  /**
   * @param of whose story it is, which decides how much of a name has to be said
   * @param everything whether nothing is left out
   */
  public Story(Pathspec of, boolean everything) {
    this.everything = everything;
    this.names = new StoryNames(of);
    this.metadata = new MetadataStory(names, everything);
  }

  /** What an event has to tell; nothing, where it is of no interest. */
  public List<Sentence> tell(JsonNode event) {
    names.learn(event);
    String verdict = Json.text(event, "verdict").orElse("applied");
    boolean applied = verdict.equals("applied");
    List<Sentence> sentences = sentences(event, everything || !applied);
    if (sentences.isEmpty()) {
      return sentences;
    }
    String who = saysWho(event) ? "" : whoElse(event);
    if (applied) {
      return sentences.stream().map(sentence -> sentence.with(who)).toList();
    }
    String mark =
        " [%s%s]"
            .formatted(
                verdict,
                Json.text(event, "reason").map(reason -> ": " + Visible.all(reason)).orElse(""));
    Tone tone = verdict.equals("rejected") ? Tone.BAD : Tone.WARNING;
    return sentences.stream().map(sentence -> sentence.with(who).with(mark).in(tone)).toList();
  }

  private List<Sentence> sentences(JsonNode event, boolean all) {
    boolean folded = !all && Json.text(event, "step_name").equals(Optional.of(PARAMETERS));
    String type = Json.text(event, "type").orElse("?");
    if (type.equals("MetadataRecorded")) {
      return metadata.tell(event, all, folded);
    }
    return folded ? List.of() : sentences(type, event, all);
  }

  private List<Sentence> sentences(String type, JsonNode event, boolean all) {
    JsonNode payload = event.path("event");
    return switch (type) {
      case "FlowRegistered" ->
          List.of(
              strong(
                  "flow %s registered"
                      .formatted(Visible.all(Json.text(event, "flow_id").orElse("?"))),
                  registeredBy(event),
                  tags(payload)));
      case "RunRegistered" -> {
        users.put(names.run(event), user(event));
        yield List.of(
            strong(
                "run %s registered".formatted(names.run(event)),
                registeredBy(event),
                tags(payload)));
      }
      case "StepRegistered" -> List.of(Sentence.of("step " + names.step(event)));
      case "TaskRegistered" ->
          List.of(Sentence.of("task %s registered".formatted(names.task(event))));
      case "ArtifactsRecorded" -> artifacts(event, all);
      case "RunTagsMutated" -> List.of(tagChange(event));
      default -> List.of(Sentence.of(Visible.all(type)));
    };
  }

  // ---- tags ------------------------------------------------------------------------------------

  private String tags(JsonNode payload) {
    List<String> tags = Json.texts(payload.path("tags"));
    List<String> system = everything ? Json.texts(payload.path("system_tags")) : List.of();
    List<String> parts = new ArrayList<>();
    if (!tags.isEmpty()) {
      parts.add("tags: " + Visible.all(String.join(", ", tags)));
    }
    if (!system.isEmpty()) {
      parts.add("system tags: " + Visible.all(String.join(", ", system)));
    }
    return parts.isEmpty() ? "" : " (" + String.join("; ", parts) + ")";
  }

  private Sentence tagChange(JsonNode event) {
    JsonNode payload = event.path("event");
    String changes =
        Stream.concat(
                Json.texts(payload.path("tags_to_add")).stream().map(tag -> "+" + tag),
                Json.texts(payload.path("tags_to_remove")).stream().map(tag -> "-" + tag))
            .map(Visible::all)
            .collect(Collectors.joining(" "));
    return Sentence.of(
        "%stags: %s%s"
            .formatted(
                names.isOfOneRun() ? "" : "run %s ".formatted(names.run(event)),
                changes.isEmpty() ? "unchanged" : changes,
                sentBy(event)));
  }

  // ---- artifacts -------------------------------------------------------------------------------

  private List<Sentence> artifacts(JsonNode event, boolean all) {
    Map<String, List<String>> byAttempt = new LinkedHashMap<>();
    for (JsonNode entry : event.path("event").path("entries")) {
      String name = Json.text(entry, "name").orElse("?");
      if (all || !name.startsWith("_")) {
        byAttempt
            .computeIfAbsent(Json.text(entry, "attempt_id").orElse("?"), of -> new ArrayList<>())
            .add(Visible.all(name));
      }
    }
    return byAttempt.entrySet().stream()
        .map(
            attempt ->
                Sentence.of(
                    "%s attempt %s recorded %s"
                        .formatted(
                            names.task(event), attempt.getKey(), summary(attempt.getValue()))))
        .toList();
  }

  private String summary(List<String> artifacts) {
    int told = everything ? artifacts.size() : Math.min(artifacts.size(), NAMED_ARTIFACTS);
    return "%d %s: %s%s"
        .formatted(
            artifacts.size(),
            artifacts.size() == 1 ? "artifact" : "artifacts",
            String.join(", ", artifacts.subList(0, told)),
            told < artifacts.size() ? ", ..." : "");
  }

  // ---- who -------------------------------------------------------------------------------------

  private static boolean saysWho(JsonNode event) {
    String type = Json.text(event, "type").orElse("");
    return type.equals("FlowRegistered")
        || type.equals("RunRegistered")
        || type.equals("RunTagsMutated");
  }

  private static String registeredBy(JsonNode event) {
    return user(event).isEmpty() ? sentBy(event) : " by " + user(event);
  }

  /** The user, where it is not the one who runs the run as far as has been told. */
  private String whoElse(JsonNode event) {
    String user = user(event);
    return user.isEmpty() || user.equals(users.put(names.run(event), user)) ? "" : " by " + user;
  }

  /** Empty where nobody gave a name, which is stored of an artifact as a space. */
  private static String user(JsonNode event) {
    return Visible.all(Json.text(event, "user_name").orElse("").strip());
  }

  /** Who sent a request in which nobody gave a name. */
  private static String sentBy(JsonNode event) {
    Optional<String> credential = Json.text(event, "credential").map(Visible::all);
    Optional<String> address =
        Json.text(event, "address").map(from -> "address " + Visible.all(from));
    return credential
        .map(name -> " by " + name + address.map(from -> " from " + from).orElse(""))
        .orElseGet(() -> address.map(from -> " by " + from).orElse(""));
  }

  private static Sentence strong(String what, String who, String more) {
    return new Sentence(what + who + more, Tone.STRONG);
  }
}
