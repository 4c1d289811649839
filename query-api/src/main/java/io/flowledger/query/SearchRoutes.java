package io.flowledger.query;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Facet;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.RunRow;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * Search over all flows, answered in pages, the newest runs first: {@code
 * /search?field=NAME&value=TEXT} gives the tasks with such metadata, {@code /search?tag=TEXT} the
 * runs with such a tag. {@code op} says how to compare, see {@link Wanted}; {@code flow} names the
 * only flow to search; {@code since} leaves out what is older.
 */
final class SearchRoutes {

  private final Reads reads;
  private final QueryConfig config;
  private final ListAnswer listAnswer;

  SearchRoutes(Reads reads, ScanThreads scans, QueryConfig config) {
    this.reads = reads;
    this.config = config;
    this.listAnswer = new ListAnswer(scans);
  }

  /** Adds the endpoint to a router. */
  void mount(Router router) {
    reads.getLive(router, "/search", this::search);
  }

  private void search(Read read) {
    if (read.parameters().contains(Moment.AS_OF)) {
      throw RefusedException.malformed(
          "what is searched is what is there now, not " + Moment.AS_OF);
    }
    Search search = Search.of(read);
    Paging paging = Paging.always(read.parameters(), config);
    if (search.facet() instanceof Facet.Field field) {
      listAnswer.page(
          read.request(),
          ListFormat.JSON,
          paging,
          TaskSearch.listing(search, field.name()),
          paging.cursor().map(Cursors::hit),
          Cursors::ofHit);
    } else {
      listAnswer.page(
          read.request(),
          ListFormat.JSON,
          paging,
          RunSearch.listing(search),
          paging.cursor().map(text -> Cursors.number("run_number", text)),
          place -> Cursors.ofNumber("run_number", place));
    }
  }

  /** Appends {@code "flow_id": ..., "run_number": ...}. */
  static void renderRun(RunRow run, JsonText json) {
    json.raw("\"flow_id\": ").string(run.flowId()).raw(", \"run_number\": ");
    renderIdentifier(run.runId(), run.number(), json);
  }

  /** Appends the name that a scheduler gave, or else the number. */
  static void renderIdentifier(Optional<String> name, long number, JsonText json) {
    if (name.isPresent()) {
      json.string(name.get());
    } else {
      json.number(number);
    }
  }
}
