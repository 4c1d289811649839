package io.flowledger.query.metaflow;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import io.flowledger.query.filter.Filters;
import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fields that runs can be filtered by, and their tags. */
final class RunFilters {

  private static final String TAGS = "_tags";

  private RunFilters() {}

  private static final Map<String, Filters.Field<CurrentRun>> FIELDS =
      Map.ofEntries(
          Map.entry("flow_id", text(run -> Optional.of(run.row().flowId()))),
          Map.entry(
              "run_number",
              new Filters.Field<>(
                  Filters.Kind.INTEGER, run -> Optional.of(Long.toString(run.row().number())))),
          Map.entry("run_id", text(run -> run.row().runId())),
          Map.entry("user_name", text(run -> run.row().userName())),
          Map.entry("user", text(run -> run.row().verifiedUser())),
          Map.entry("tags", text(run -> Optional.of(run.row().tagsJson()))),
          Map.entry("system_tags", text(run -> Optional.of(run.row().systemTagsJson()))),
          Map.entry(
              "ts_epoch",
              new Filters.Field<>(
                  Filters.Kind.TIME, run -> Optional.of(Long.toString(run.row().tsEpoch())))),
          Map.entry(
              "last_heartbeat_ts",
              new Filters.Field<>(Filters.Kind.TIME, true, run -> number(run.heartbeat()))),
          Map.entry(
              "status",
              new Filters.Field<>(
                  Filters.Kind.STATUS, true, run -> Optional.of(run.status().label()))));

  private static Filters.Field<CurrentRun> text(Function<CurrentRun, Optional<String>> value) {
    return new Filters.Field<>(Filters.Kind.TEXT, value);
  }

  static Optional<String> number(OptionalLong number) {
    return number.isEmpty() ? Optional.empty() : Optional.of(Long.toString(number.getAsLong()));
  }

  /**
   * @throws RefusedException 400 when a filter makes no sense
   */
  static Filters<CurrentRun> of(MultiMap parameters) {
    Filters<CurrentRun> filters = Filters.of(parameters, FIELDS);
    for (Map.Entry<String, String> parameter : parameters) {
      String name = parameter.getKey();
      if (name.equals(TAGS) || name.startsWith(TAGS + ":")) {
        String operator = name.substring(Math.min(name.length(), TAGS.length() + 1));
        filters.add(tags(operator, Filters.values(parameter.getValue())));
      }
    }
    return filters;
  }

  /** Over user tags and system tags together; an unknown operator is that which asks for all. */
  private static Predicate<CurrentRun> tags(String operator, List<String> wanted) {
    return run -> {
      Set<String> tags = new HashSet<>(run.row().tags());
      tags.addAll(run.row().systemTags());
      return switch (operator) {
        case "any" -> wanted.stream().anyMatch(tags::contains);
        case "likeany" -> wanted.stream().anyMatch(part -> isPartOfAny(part, tags));
        case "likeall" -> wanted.stream().allMatch(part -> isPartOfAny(part, tags));
        default -> tags.containsAll(wanted);
      };
    };
  }

  private static boolean isPartOfAny(String part, Set<String> tags) {
    Patience.check();
    return part.isEmpty() || tags.stream().anyMatch(tag -> tag.contains(part));
  }
}
