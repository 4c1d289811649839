package io.flowledger.query.diff;

import io.flowledger.projector.text.JsonText;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/** Differences between the contents of two runs, or of one at two moments, as JSON. */
final class RunDiff {

  private final RunContents from;
  private final RunContents to;
  private final JsonText json = new JsonText(1024);

  /**
   * A side of the comparison.
   *
   * @param pathspec of the run
   * @param asOf the moment, as it is to be shown; empty for now
   */
  record Side(String pathspec, String asOf, RunContents contents) {}

  private RunDiff(RunContents from, RunContents to) {
    this.from = from;
    this.to = to;
  }

  static JsonText toJson(Side from, Side to) {
    return new RunDiff(from.contents(), to.contents()).write(from, to);
  }

  private JsonText write(Side fromSide, Side toSide) {
    side("{\"from\": ", fromSide);
    side(", \"to\": ", toSide);
    names(", \"tags\": ", from.tags(), to.tags());
    names(", \"steps\": ", from.steps(), to.steps());
    names(", \"tasks\": ", from.tasks(), to.tasks());
    values(
        ", \"metadata\": ",
        from.metadata(),
        to.metadata(),
        "value",
        key ->
            json.raw("{\"task\": ")
                .string(key.task())
                .raw(", \"field_name\": ")
                .string(key.fieldName()));
    values(
        ", \"artifacts\": ",
        from.artifacts(),
        to.artifacts(),
        "sha",
        key ->
            json.raw("{\"task\": ")
                .string(key.task())
                .raw(", \"attempt_id\": ")
                .number(key.attempt())
                .raw(", \"name\": ")
                .string(key.name()));
    return json.raw("}");
  }

  private void side(String name, Side side) {
    json.raw(name)
        .raw("{\"pathspec\": ")
        .string(side.pathspec())
        .raw(", \"as_of\": ")
        .string(side.asOf().isEmpty() ? null : side.asOf())
        .raw("}");
  }

  private void names(String name, Set<String> before, Set<String> after) {
    json.raw(name).raw("{\"added\": ");
    json.strings(without(after, before));
    json.raw(", \"removed\": ");
    json.strings(without(before, after));
    json.raw("}");
  }

  private static List<String> without(Collection<String> all, Set<String> others) {
    return all.stream().filter(one -> !others.contains(one)).toList();
  }

  private interface Opening<K> {
    /** Writes an object that names the key, but not its end. */
    JsonText of(K key);
  }

  private <K> void values(
      String name,
      Map<K, String> before,
      Map<K, String> after,
      String valueName,
      Opening<K> opening) {
    json.raw(name).raw("{\"added\": ");
    list(
        after,
        (key, value) -> !before.containsKey(key),
        (key, value) -> opening.of(key).raw(", \"" + valueName + "\": ").string(value).raw("}"));
    json.raw(", \"removed\": ");
    list(
        before,
        (key, value) -> !after.containsKey(key),
        (key, value) -> opening.of(key).raw(", \"" + valueName + "\": ").string(value).raw("}"));
    json.raw(", \"changed\": ");
    list(
        after,
        (key, value) -> before.containsKey(key) && !Objects.equals(before.get(key), value),
        (key, value) ->
            opening
                .of(key)
                .raw(", \"from\": ")
                .string(before.get(key))
                .raw(", \"to\": ")
                .string(value)
                .raw("}"));
    json.raw("}");
  }

  private interface Shown<K> {
    boolean test(K key, String value);
  }

  private <K> void list(Map<K, String> rows, Shown<K> shown, BiConsumer<K, String> writer) {
    json.raw("[");
    boolean[] first = {true};
    rows.forEach(
        (key, value) -> {
          if (shown.test(key, value)) {
            json.raw(first[0] ? "" : ", ");
            first[0] = false;
            writer.accept(key, value);
          }
        });
    json.raw("]");
  }
}
