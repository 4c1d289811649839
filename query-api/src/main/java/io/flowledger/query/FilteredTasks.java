package io.flowledger.query;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.vertx.core.MultiMap;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The tasks of a step that have a metadata row of some field with some value, by number of the
 * task. Regular expressions run in time linear to the value, whatever they are (RE2).
 *
 * @param fieldName empty for any
 * @param value which values match
 */
record FilteredTasks(Optional<String> fieldName, Predicate<String> value) {

  private static final int LONGEST_PATTERN = 1000;

  /**
   * @throws io.vertx.ext.web.handler.HttpException 400 when the expression is none
   */
  static FilteredTasks of(MultiMap parameters) {
    Optional<String> fieldName = given(parameters, "metadata_field_name");
    Optional<String> pattern = given(parameters, "pattern");
    return new FilteredTasks(fieldName, pattern.map(FilteredTasks::matcher).orElse(any -> true));
  }

  private static Optional<String> given(MultiMap parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty());
  }

  private static Predicate<String> matcher(String pattern) {
    if (pattern.length() > LONGEST_PATTERN) {
      throw Invalid.request(
          "the regular expression is longer than " + LONGEST_PATTERN + " characters");
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      return text -> compiled.matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw Invalid.request(
          "invalid regular expression '%s': %s".formatted(pattern, e.getDescription()));
    }
  }

  /** The pathspecs as JSON strings. */
  Listing<Long, Long> listing(View view, RunRow run, String stepName) {
    TaskNumbers numbers = new TaskNumbers(view, run, stepName);
    return Listing.all(
        (after, visitor) -> {
          Iterator<Long> tasks =
              (after.isPresent() ? numbers.get().tailSet(after.get(), false) : numbers.get())
                  .iterator();
          while (tasks.hasNext() && visitor.visit(tasks.next())) {
            // the visitor does the work
          }
        },
        task -> task,
        (task, sink) -> {
          String name =
              view.task(task).flatMap(TaskRow::taskName).orElseGet(() -> Long.toString(task));
          String runName = run.runId().orElseGet(() -> Long.toString(run.number()));
          sink.write(
              new JsonText(64)
                  .string(run.flowId() + "/" + runName + "/" + stepName + "/" + name)
                  .toBytes());
        });
  }

  /** The numbers of the tasks that match, found when first asked for. */
  private final class TaskNumbers {
    private final View view;
    private final RunRow run;
    private final String stepName;
    private Optional<NavigableSet<Long>> found = Optional.empty();

    TaskNumbers(View view, RunRow run, String stepName) {
      this.view = view;
      this.run = run;
      this.stepName = stepName;
    }

    NavigableSet<Long> get() {
      if (found.isEmpty()) {
        NavigableSet<Long> tasks = new TreeSet<>();
        Listing<View.FieldRow, View.FieldPlace> values =
            new Listing<>(
                (after, visitor) ->
                    view.fieldValues(run.number(), stepName, fieldName, after, visitor),
                View.FieldRow::place,
                row -> value.test(row.value()),
                (row, sink) -> {});
        values.scanShown(Optional.empty(), row -> tasks.add(row.place().task()) || true);
        found = Optional.of(tasks);
      }
      return found.get();
    }
  }
}
