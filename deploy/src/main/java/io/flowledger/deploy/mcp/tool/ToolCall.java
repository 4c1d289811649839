package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Moments;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Call of a tool: its arguments, and what it may ask the server. How much that is, and for how
 * long, is bounded.
 */
final class ToolCall {

  static final String LATEST = "latest";

  private static final int MOST_BYTES = 2 << 20;
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final ServerClient client;
  private final Moments moments;
  private final Map<String, Object> arguments;
  private final long deadline = System.nanoTime() + LONGEST.toNanos();

  /**
   * @throws CommandFailure when the arguments are not those of the tool
   */
  ToolCall(
      ServerClient client,
      Moments moments,
      List<Parameter> parameters,
      Map<String, Object> arguments) {
    this.client = client;
    this.moments = moments;
    this.arguments = arguments;
    List<String> known = parameters.stream().map(Parameter::name).toList();
    for (String name : arguments.keySet()) {
      if (!known.contains(name)) {
        throw CommandFailure.failed(
            "there is no parameter '%s'; there are: %s".formatted(name, String.join(", ", known)));
      }
    }
    parameters.forEach(this::check);
  }

  private void check(Parameter parameter) {
    Object value = arguments.get(parameter.name());
    if (value == null) {
      if (parameter.required()) {
        throw CommandFailure.failed(
            "the parameter '%s' is missing: %s"
                .formatted(parameter.name(), parameter.description()));
      }
      return;
    }
    boolean fits =
        switch (parameter.kind()) {
          case TEXT -> value instanceof String || value instanceof Number;
          case NUMBER -> value instanceof Number;
          case TEXTS ->
              value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
        };
    if (!fits || !(parameter.values().isEmpty() || parameter.values().contains(value))) {
      String wanted =
          parameter.values().isEmpty()
              ? switch (parameter.kind()) {
                case TEXT -> "a string";
                case NUMBER -> "an integer";
                case TEXTS -> "a list of strings";
              }
              : "one of " + String.join(", ", parameter.values());
      throw CommandFailure.failed("'%s' has to be %s".formatted(parameter.name(), wanted));
    }
  }

  // ---- arguments -------------------------------------------------------------------------------

  /** A text; what is empty counts as not given. */
  Optional<String> text(String name) {
    return given(name).map(Object::toString).map(String::strip).filter(text -> !text.isEmpty());
  }

  List<String> texts(String name) {
    return given(name).stream()
        .flatMap(list -> ((List<?>) list).stream())
        .map(String::valueOf)
        .toList();
  }

  /** How many rows are wanted: at least one. */
  int limit(int otherwise, int most) {
    long wanted = given("limit").map(number -> ((Number) number).longValue()).orElse(0L);
    return wanted <= 0 ? otherwise : (int) Math.min(wanted, most);
  }

  /** A moment, in epoch milliseconds. */
  Optional<Long> time(String name) {
    return text(name).map(moments::time);
  }

  private Optional<Object> given(String name) {
    @Nullable Object value = arguments.get(name);
    return Optional.ofNullable(value);
  }

  /**
   * The object of the parameter {@code pathspec}.
   *
   * @param least parts of its name
   * @param most parts of its name
   */
  Pathspec pathspec(int least, int most, String example) {
    String text = text("pathspec").orElse("");
    List<String> parts = Arrays.asList(text.split("/"));
    Pathspec pathspec = new Pathspec(parts);
    if (text.isEmpty()
        || parts.contains("")
        || !pathspec.isReachable()
        || parts.size() < least
        || parts.size() > most) {
      throw CommandFailure.failed("'%s' is no pathspec such as %s".formatted(text, example));
    }
    return pathspec;
  }

  /** The flow of the parameter {@code flow}, also where that names a run of it. */
  Pathspec flow() {
    return Pathspec.of(named().flow());
  }

  /**
   * The run of the parameters {@code flow} and {@code run}; empty where that is the latest one.
   * Names such as {@code Flow/12} are understood in both.
   */
  Optional<Pathspec> run() {
    Optional<Pathspec> ofFlow = named().isRun() ? Optional.of(named()) : Optional.empty();
    return text("run")
        .map(run -> run.substring(run.lastIndexOf('/') + 1))
        .map(run -> Pathspec.of(named().flow(), run))
        .or(() -> ofFlow)
        .filter(run -> !run.parts().get(1).equalsIgnoreCase(LATEST));
  }

  private Pathspec named() {
    String text = text("flow").orElse("");
    List<String> parts = Arrays.asList(text.split("/"));
    if (text.isEmpty() || parts.contains("") || parts.size() > 2) {
      throw CommandFailure.failed("'%s' is neither a flow nor a run of one".formatted(text));
    }
    return new Pathspec(parts);
  }

  // ---- reading ---------------------------------------------------------------------------------

  Answer get(Resource resource) {
    checkTime();
    return client.get(resource, MOST_BYTES);
  }

  /** Empty where that is not there. */
  Optional<JsonNode> find(Resource resource) {
    checkTime();
    return client.find(resource, MOST_BYTES).map(Answer::json);
  }

  /** The first row of a listing. */
  Optional<JsonNode> first(Resource listing) {
    return Json.stream(get(listing.with("_limit", 1)).json()).findFirst();
  }

  /** A page of a listing, by the parameters {@code limit} and {@code cursor}. */
  Answer page(Resource listing, int otherwise, int most) {
    return get(listing.with("_limit", limit(otherwise, most)).with("_cursor", text("cursor")));
  }

  /** What may be long, to be read as it comes. */
  InputStream stream(Resource resource) {
    checkTime();
    return client.stream(resource, Map.of("Accept", "application/json"));
  }

  JsonNode patch(Resource resource, String json) {
    checkTime();
    return client.patch(resource, json).json();
  }

  private void checkTime() {
    if (System.nanoTime() > deadline) {
      throw CommandFailure.failed(
          "this has taken more than %d seconds; try again, or ask for less"
              .formatted(LONGEST.toSeconds()));
    }
  }
}
