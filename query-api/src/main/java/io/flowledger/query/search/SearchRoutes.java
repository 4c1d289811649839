package io.flowledger.query.search;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.Facet;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.request.Cursors;
import io.flowledger.query.request.Moment;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.vertx.ext.web.Router;

/**
 * Search over all flows, answered in pages, the newest runs first: {@code
 * /search?field=NAME&value=TEXT} gives the tasks with such metadata, {@code /search?tag=TEXT} the
 * runs with such a tag. {@code op} says how to compare, see {@link ValueMatch}; {@code flow} names
 * the only flow to search; {@code since} leaves out what is older.
 */
public final class SearchRoutes implements Routes {

  private final ReadEndpoints reads;
  private final PageLimits limits;
  private final ListAnswer listAnswer;

  public SearchRoutes(ReadEndpoints reads, ReadThreads scans, PageLimits limits) {
    this.reads = reads;
    this.limits = limits;
    this.listAnswer = new ListAnswer(scans);
  }

  @Override
  public void mount(Router router) {
    reads.getAll(router, "/search", this::search);
  }

  private void search(ReadRequest read) {
    if (read.parameters().contains(Moment.AS_OF)) {
      throw RefusedException.malformed(
          "what is searched is what is there now, not " + Moment.AS_OF);
    }
    SearchRequest search = SearchRequest.of(read);
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
