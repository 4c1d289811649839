package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Facet;
import io.vertx.ext.web.Router;

/**
 * Search over all flows, answered in pages, the newest runs first: {@code
 * /search?field=NAME&value=TEXT} gives the tasks with such metadata, {@code /search?tag=TEXT} the
 * runs with such a tag. {@code op} says how to compare, see {@link Wanted}; {@code flow} names the
 * only flow to search; {@code since} leaves out what is older.
 */
final class SearchRoutes implements Routes {

  private final Reads reads;
  private final PageLimits limits;
  private final ListAnswer listAnswer;

  SearchRoutes(Reads reads, ScanThreads scans, PageLimits limits) {
    this.reads = reads;
    this.limits = limits;
    this.listAnswer = new ListAnswer(scans);
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, "/search", this::search);
  }

  private void search(Read read) {
    if (read.parameters().contains(Moment.AS_OF)) {
      throw RefusedException.malformed(
          "what is searched is what is there now, not " + Moment.AS_OF);
    }
    Search search = Search.of(read);
    Paging paging = Paging.always(read.parameters(), limits);
    if (search.facet() instanceof Facet.Field field) {
      listAnswer.page(
          read.request(),
          ListFormat.JSON,
          paging,
          TaskSearch.listing(search, field.name()),
          paging.cursor().map(HitCursor::parse),
          HitCursor::of);
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
}
