package io.flowledger.query.metaflow;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.JsonText;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.Pathspec;
import io.flowledger.query.filter.RegularExpression;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The tasks of a step that have a metadata row of some field with some value, by number of the
 * task.
 *
 * @param fieldName empty for any
 * @param value which values match
 */
record FilteredTasks(Optional<String> fieldName, Predicate<String> value) {

  /**
   * @throws RefusedException 400 when the expression is none
   */
  static FilteredTasks of(MultiMap parameters) {
    Optional<String> fieldName = given(parameters, "metadata_field_name");
    Optional<String> pattern = given(parameters, "pattern");
    return new FilteredTasks(fieldName, pattern.map(RegularExpression::finder).orElse(any -> true));
  }

  private static Optional<String> given(MultiMap parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty());
  }

  /** The pathspecs as JSON strings. */
  Listing<View.TaskMetadata, View.MetadataPlace> listing(View view, RunRow run, String stepName) {
    return new Listing<>(
        (after, visitor) -> view.stepMetadata(run.number(), stepName, after, visitor),
        View.TaskMetadata::place,
        new FirstOfTask(),
        (metadata, sink) -> {
          TaskRow task = view.task(metadata.task()).orElseThrow();
          sink.write(new JsonText(64).string(Pathspec.of(run, task)).toBytes());
        });
  }

  /** The first row of each task that matches; the rows of a task come one after another. */
  private final class FirstOfTask implements Predicate<View.TaskMetadata> {
    private final Optional<byte[]> fieldUtf8 =
        fieldName.map(name -> name.getBytes(StandardCharsets.UTF_8));
    private OptionalLong shown = OptionalLong.empty();

    @Override
    public boolean test(View.TaskMetadata metadata) {
      boolean known = shown.isPresent() && shown.getAsLong() == metadata.task();
      if (known
          || fieldUtf8.filter(name -> !metadata.row().isOf(name)).isPresent()
          || !value.test(metadata.row().value())) {
        return false;
      }
      shown = OptionalLong.of(metadata.task());
      return true;
    }
  }
}
