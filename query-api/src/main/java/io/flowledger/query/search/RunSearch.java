package io.flowledger.query.search;

import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.Pathspec;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs that have a tag now, the user's or the system's; the newest runs first. */
final class RunSearch {

  private final SearchRequest search;
  private final CandidateRuns runs;

  private RunSearch(SearchRequest search) {
    this.search = search;
    this.runs = new CandidateRuns(search);
  }

  static Listing<RunRow, Cursor.ByNumber> listing(SearchRequest search) {
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
    return runs.atMost(number).map(CandidateRuns.Found::run);
  }

  private boolean isShown(RunRow run) {
    return run.tsEpoch() >= search.since()
        && search.access().reads(run.flowId())
        && tag(run).isPresent();
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
