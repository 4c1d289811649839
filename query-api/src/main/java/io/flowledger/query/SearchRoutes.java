package io.flowledger.query;

import io.flowledger.projector.readmodel.Facet;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Optional;

/**
 * Search over all flows, answered in pages, the newest runs first: {@code
 * /search?field=NAME&value=TEXT} gives the tasks with such metadata, {@code /search?tag=TEXT} the
 * runs with such a tag. {@code op} says how to compare, see {@link Wanted}; {@code flow} names the
 * only flow to search; {@code since} leaves out what is older.
 */
public final class SearchRoutes {

  private final Reads reads;
  private final QueryConfig config;
  private final ListAnswer listAnswer;

  public SearchRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this.reads = new Reads(readModel, clock);
    this.config = config;
    this.listAnswer = ListAnswer.json(vertx, config);
  }

  /** Adds the endpoint to a router. */
  public void mount(Router router) {
    reads.get(router, "/search", this::search);
  }

  /** How many searches are under way. */
  public int scansUnderWay() {
    return listAnswer.underWay();
  }

  private void search(Read read) {
    Search search = Search.of(read);
    Paging paging = Paging.always(read.parameters(), config);
    if (search.facet() instanceof Facet.Field field) {
      listAnswer.page(
          read.request(),
          paging,
          TaskSearch.listing(search, field.name()),
          paging.cursor().map(Cursors::hit),
          Cursors::ofHit);
    } else {
      listAnswer.page(
          read.request(),
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
