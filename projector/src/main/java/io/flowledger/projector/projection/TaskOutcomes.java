package io.flowledger.projector.projection;

import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.TaskProgress;
import io.flowledger.schemas.Identifier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Outcomes of the attempts of a task, as the metadata of an event says them. Metaflow's clients
 * send {@code attempt} with its number when one begins, {@code attempt_ok} with {@code True} or
 * {@code False} and the tag {@code attempt_id:number} when it ends, and {@code attempt-done} with
 * its number when all that it made is stored, which for the step {@code _parameters} is all that
 * they send.
 */
final class TaskOutcomes {

  private static final String PREFIX = "attempt";
  private static final String ATTEMPT_TAG = "attempt_id:";
  private static final int MOST_DIGITS = 9;

  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

  private TaskOutcomes() {}

  /** Writes the progress of the task, if the event says something about it. */
  static void record(MetadataRecorded event, ViewWriter view) {
    for (MetadataEntry entry : event.getEntries()) {
      if (entry.getFieldName().startsWith(PREFIX)) {
        fold(event, view);
        return;
      }
    }
  }

  private static void fold(MetadataRecorded event, ViewWriter view) {
    long task = event.getTaskId();
    byte[] key = Keys.taskProgress(event.getRunNumber(), event.getStepName(), task);
    byte[] row = view.getUnder(Keys.task(task), key);
    TaskProgress before = row == null ? TaskProgress.initial() : new TaskProgress(row);
    TaskProgress after = before;
    for (MetadataEntry entry : event.getEntries()) {
      after = after(after, entry, event.getTsEpoch());
    }
    if (after != before) {
      view.put(key, after.bytes());
    }
  }

  private static TaskProgress after(TaskProgress before, MetadataEntry entry, long tsEpoch) {
    long id = entry.getId();
    return switch (entry.getFieldName()) {
      case "attempt" -> {
        OptionalInt attempt = number(entry.getValue());
        yield attempt.isEmpty() ? before : before.withAttempt(attempt.getAsInt(), tsEpoch, id);
      }
      case "attempt-done" -> {
        OptionalInt attempt = number(entry.getValue());
        yield attempt.isEmpty() ? before : before.withDone(attempt.getAsInt(), tsEpoch, id);
      }
      case "attempt_ok" -> {
        Optional<Boolean> ok = truth(entry);
        yield ok.isEmpty()
            ? before
            : before.withOutcome(
                taggedAttempt(entry).orElse(before.attempt()), ok.get(), tsEpoch, id);
      }
      default -> before;
    };
  }

  /** What the entry says it is; empty where that says nothing about an outcome. */
  static Optional<Boolean> truth(MetadataEntry entry) {
    String value = entry.getValue().toLowerCase(Locale.ROOT);
    if (TRUE.contains(value)) {
      return Optional.of(true);
    }
    return FALSE.contains(value) ? Optional.of(false) : Optional.empty();
  }

  /** The attempt that the tags of an entry name; without one it is of the latest. */
  private static OptionalInt taggedAttempt(MetadataEntry entry) {
    List<String> tags = entry.getTags() == null ? List.of() : entry.getTags();
    return tags.stream()
        .filter(tag -> tag.startsWith(ATTEMPT_TAG))
        .map(tag -> number(tag.substring(ATTEMPT_TAG.length())))
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private static OptionalInt number(String digits) {
    return Identifier.isNumber(digits) && digits.length() <= MOST_DIGITS
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }
}
