package io.flowledger.query.search;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.Pathspec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks that have metadata of a field with some value: each once, with the newest of its
 * metadata that matches. The newest runs come first, and of a run the newest metadata.
 */
final class TaskSearch {

  private static final int MAX_TASKS_KNOWN = 1024;

  private final SearchRequest search;
  private final String fieldName;
  private final byte[] fieldUtf8;
  private final CandidateRuns runs;
  private final Map<Long, Optional<Cursor.ByNumber>> newest = new HashMap<>();

  private TaskSearch(SearchRequest search, String fieldName) {
    this.search = search;
    this.fieldName = fieldName;
    this.fieldUtf8 = fieldName.getBytes(StandardCharsets.UTF_8);
    this.runs = new CandidateRuns(search);
  }

  /** Metadata of a found run. */
  record Hit(CandidateRuns.Found found, View.TaskMetadata metadata) {
    Place place() {
      return new Place(found.run().number(), metadata.place().within());
    }
  }

  /**
   * Place of a hit.
   *
   * @param within the metadata of the run
   */
  record Place(long run, Cursor.ByNumber within) {}

  /**
   * @param fieldName of the metadata
   */
  static Listing<Hit, Place> listing(SearchRequest search, String fieldName) {
    TaskSearch tasks = new TaskSearch(search, fieldName);
    return new Listing<>(tasks::scan, Hit::place, tasks::isNewestMatch, tasks::render);
  }

  /** All metadata of the found runs that is not too old. */
  private void scan(Optional<Place> after, RowVisitor<Hit> visitor) {
    boolean[] goOn = {true};
    Optional<CandidateRuns.Found> next = runs.atMost(after.map(Place::run).orElse(Long.MAX_VALUE));
    while (goOn[0] && next.isPresent()) {
      CandidateRuns.Found found = next.get();
      long run = found.run().number();
      found
          .view()
          .runTaskMetadata(
              run,
              after.filter(place -> place.run() == run).map(Place::within),
              metadata -> {
                if (metadata.row().tsEpoch() < search.since()) {
                  return false; // and so is all that comes after it
                }
                goOn[0] = visitor.visit(new Hit(found, metadata));
                return goOn[0];
              });
      next = runs.atMost(run - 1);
    }
  }

  private boolean isNewestMatch(Hit hit) {
    return search.access().reads(hit.found().run().flowId())
        && matches(hit.metadata().row())
        && newestOf(hit).filter(hit.metadata().place().within()::equals).isPresent();
  }

  private boolean matches(MetadataRow row) {
    return row.isOf(fieldUtf8) && search.wanted().matches().test(row.value());
  }

  /**
   * Place of the newest metadata of the task that matches. It is kept a while, since a task may
   * have recorded the same over and over.
   */
  private Optional<Cursor.ByNumber> newestOf(Hit hit) {
    if (newest.size() >= MAX_TASKS_KNOWN) {
      newest.clear();
    }
    return newest.computeIfAbsent(hit.metadata().task(), task -> findNewest(hit));
  }

  private Optional<Cursor.ByNumber> findNewest(Hit hit) {
    Cursor.ByNumber[] found = new Cursor.ByNumber[1];
    hit.found()
        .view()
        .taskMetadata(
            task(hit),
            Optional.empty(),
            row -> {
              if (matches(row)) {
                found[0] = new Cursor.ByNumber(row.tsEpoch(), row.id());
              }
              return found[0] == null;
            });
    return Optional.ofNullable(found[0]);
  }

  private static TaskRow task(Hit hit) {
    return hit.found().view().task(hit.metadata().task()).orElseThrow();
  }

  private void render(Hit hit, Sink sink) {
    RunRow run = hit.found().run();
    TaskRow task = task(hit);
    JsonText json =
        new JsonText(256)
            .raw("{\"kind\": \"task\", \"pathspec\": ")
            .string(Pathspec.of(run, task))
            .raw(", ");
    Pathspec.renderRun(run, json);
    json.raw(", \"step_name\": ").string(task.stepName()).raw(", \"task_id\": ");
    Pathspec.renderIdentifier(task.taskName(), task.id(), json);
    sink.write(
        json.raw(", \"field_name\": ")
            .string(fieldName)
            .raw(", \"value\": ")
            .string(hit.metadata().row().value())
            .raw(", \"ts_epoch\": ")
            .number(hit.metadata().row().tsEpoch())
            .raw("}")
            .toBytes());
  }
}
