package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has changed from one run to another, put in the order in which it is likely to matter:
 * parameters, code, metadata of users, tags, surroundings, and the step in which artifacts begin to
 * differ. Read from the answer of the server as it comes, since that may be long. What the
 * machinery of Metaflow records for itself, and what differs in any two runs, is left out.
 *
 * <p>Tasks are named by their place in the step: {@code train/0} is its first one.
 */
final class RunChanges {

  private static final String PARAMETERS = "_parameters/";
  private static final String GRAPH = "_graph_info";
  private static final String FLOW_NAME = "name"; // an artifact of every task
  private static final int MOST_NAMES = 20_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Names tags = new Names();
  private final Names steps = new Names();
  private final Names tasks = new Names();
  private final Changes parameters = new Changes();
  private final Changes code = new Changes();
  private final Changes metadata = new Changes();
  private final Changes surroundings = new Changes();
  private final Map<String, Changes> artifactsOfSteps = new LinkedHashMap<>();

  /** Names that were added and removed; all are counted, not all are kept. */
  private static final class Names {
    private final Set<String> added = new HashSet<>();
    private final List<String> addedInOrder = new ArrayList<>();
    private final Set<String> removed = new HashSet<>();
    private final List<String> removedInOrder = new ArrayList<>();

    void add(String kind, String name) {
      boolean isAdded = kind.equals("added");
      Set<String> names = isAdded ? added : removed;
      if (names.size() < MOST_NAMES && names.add(name)) {
        (isAdded ? addedInOrder : removedInOrder).add(name);
      }
    }

    boolean has(String name) {
      return added.contains(name) || removed.contains(name);
    }

    void putInto(ObjectNode to, String name) {
      if (!added.isEmpty() || !removed.isEmpty()) {
        ObjectNode both = to.putObject(name);
        Shown.putList(both, "added", addedInOrder);
        Shown.putList(both, "removed", removedInOrder);
      }
    }
  }

  private RunChanges() {}

  /** Compares a run with a later one. */
  static RunChanges between(ToolCall call, Pathspec run, Pathspec later) {
    RunChanges changes = new RunChanges();
    try (InputStream json =
            call.stream(Resource.of(run).under("diff").with("run", later.parts().get(1)));
        JsonParser parser = MAPPER.getFactory().createParser(json)) {
      changes.read(parser);
    } catch (IOException e) {
      throw CommandFailure.failed("the comparison of the runs was cut off; try again");
    }
    return changes;
  }

  private void read(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String of = parser.currentName();
      parser.nextToken();
      switch (of) {
        case "tags", "steps", "tasks", "metadata", "artifacts" -> kinds(parser, of);
        default -> parser.skipChildren();
      }
    }
  }

  private void kinds(JsonParser parser, String of) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String kind = parser.currentName();
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JsonNode entry = MAPPER.readTree(parser);
        switch (of) {
          case "tags" -> tags.add(kind, entry.asText());
          case "steps" -> steps.add(kind, entry.asText());
          case "tasks" -> tasks.add(kind, entry.asText());
          case "metadata" -> metadata(kind, entry);
          default -> artifact(kind, entry);
        }
      }
    }
  }

  private void metadata(String kind, JsonNode entry) {
    String task = Json.text(entry, "task").orElse("?");
    String field = Json.text(entry, "field_name").orElse("?");
    if (tasks.has(task) || MetadataFields.isNoise(field)) {
      return; // a task that is new or gone is told as such
    }
    Changes to =
        MetadataFields.isOfCode(field)
            ? code
            : MetadataFields.isOfSurroundings(field) ? surroundings : metadata;
    to.add(
        field,
        value(entry, kind, "removed", "from", "value").map(Shown::text),
        value(entry, kind, "added", "to", "value").map(Shown::text),
        task);
  }

  private void artifact(String kind, JsonNode entry) {
    String task = Json.text(entry, "task").orElse("?");
    String name = Json.text(entry, "name").orElse("?");
    boolean retried = Json.number(entry, "attempt_id").orElse(0) > 0 && !kind.equals("changed");
    if (tasks.has(task) || retried || name.equals(FLOW_NAME)) {
      return; // another number of attempts says so itself
    }
    Optional<String> from = value(entry, kind, "removed", "from", "sha").map(Shown::sha);
    Optional<String> to = value(entry, kind, "added", "to", "sha").map(Shown::sha);
    if (name.equals(GRAPH)) {
      code.add("structure of the flow (" + GRAPH + ")", from, to, task);
    } else if (!name.startsWith("_")) {
      Changes of =
          task.startsWith(PARAMETERS)
              ? parameters
              : artifactsOfSteps.computeIfAbsent(
                  task.substring(0, Math.max(0, task.lastIndexOf('/'))), step -> new Changes());
      of.add(name, from, to, task);
    }
  }

  private static Optional<String> value(
      JsonNode entry, String kind, String only, String changed, String field) {
    return kind.equals("changed")
        ? Json.text(entry, changed)
        : kind.equals(only) ? Json.text(entry, field) : Optional.empty();
  }

  /** Names of the parameters that have other values. */
  List<String> parameters() {
    return parameters.names();
  }

  /** Names of what has changed of the code. */
  List<String> code() {
    return code.names();
  }

  /** Names of the metadata of users, or of schedulers, that have other values. */
  List<String> metadata() {
    return metadata.names();
  }

  /** Names of what has changed of the surroundings, such as the version of Python. */
  List<String> surroundings() {
    return surroundings.names();
  }

  /** Names of the steps that only the earlier run has come to. */
  List<String> stepsNotReached() {
    return steps.removedInOrder;
  }

  /**
   * All of it, the likeliest first.
   *
   * @param most of each kind
   * @param order names of the steps in the order in which they ran
   */
  ObjectNode toJson(int most, List<String> order) {
    ObjectNode json = Shown.object();
    parameters.putInto(json, "parameters", most);
    code.putInto(json, "code", most);
    metadata.putInto(json, "metadata", most);
    tags.putInto(json, "tags");
    surroundings.putInto(json, "environment", most);
    steps.putInto(json, "steps");
    tasks.putInto(json, "tasks");
    artifacts(json, most, order);
    if (json.isEmpty()) {
      json.put("nothing", "no difference in what is recorded; look at the datastore and the logs");
    }
    return json;
  }

  private void artifacts(ObjectNode json, int most, List<String> order) {
    Set<String> known = new HashSet<>(parameters());
    List<String> steps =
        artifactsOfSteps.keySet().stream()
            .sorted(Comparator.comparingInt(step -> place(order, step)))
            .toList();
    ArrayNode list = Shown.array();
    for (String step : steps) {
      List<String> names =
          artifactsOfSteps.getOrDefault(step, new Changes()).names().stream()
              .filter(name -> !known.contains(name))
              .toList();
      if (!names.isEmpty() && list.size() < most) {
        list.addObject().put("step", step).set("artifacts", Shown.list(names));
      }
    }
    if (!list.isEmpty()) {
      json.set("artifacts_by_step", list);
    }
  }

  private static int place(List<String> order, String step) {
    int place = order.indexOf(step);
    return place < 0 ? Integer.MAX_VALUE : place;
  }
}
