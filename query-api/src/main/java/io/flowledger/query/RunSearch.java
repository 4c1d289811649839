package io.flowledger.query;

import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.RowVisitor;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Sink;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs that have a tag now, the user's or the system's; the newest runs first. */
final class RunSearch {

  private final Search search;
  private final FoundRuns runs;

  private RunSearch(Search search) {
    this.search = search;
    this.runs = new FoundRuns(search);
  }

  static Listing<RunRow, Cursor.ByNumber> listing(Search search) {
    RunSearch tagged = new RunSearch(search);
    return new Listing<>(tagged::scan, RunSearch::place, tagged::isShown, tagged::render);
  }

  private static Cursor.ByNumber place(RunRow run) {
    return new Cursor.ByNumber(run.tsEpoch(), run.number());
  }

  /** All found runs: by number, whatever their time. */
  private void scan(Optional<Cursor.ByNumber> after, RowVisitor<RunRow> visitor) {
    Optional<RunRow> next = atMost(after.map(place -> place.number() - 1).orElse(Long.MAX_VALUE));
    while (next.isPresent() && visitor.visit(next.get())) {
      next = atMost(next.get().number() - 1);
    }
  }

  private Optional<RunRow> atMost(long number) {
    return runs.atMost(number).map(FoundRuns.Found::run);
  }

  private boolean isShown(RunRow run) {
    return run.tsEpoch() >= search.since() && tag(run).isPresent();
  }

  /** The first tag that matches. */
  private Optional<String> tag(RunRow run) {
    return Stream.concat(run.tags().stream(), run.systemTags().stream())
        .filter(search.wanted().matches())
        .findFirst();
  }

  private void render(RunRow run, Sink sink) {
    JsonText json =
        new JsonText(160)
            .raw("{\"kind\": \"run\", \"pathspec\": ")
            .string(Pathspec.of(run))
            .raw(", ");
    Pathspec.renderRun(run, json);
    sink.write(
        json.raw(", \"tag\": ")
            .string(tag(run).orElseThrow())
            .raw(", \"ts_epoch\": ")
            .number(run.tsEpoch())
            .raw("}")
            .toBytes());
  }
}
