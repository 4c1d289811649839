package io.flowledger.query.search;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.query.answer.GlobalListAnswer;
import io.flowledger.query.answer.GlobalListAnswer.Order;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.request.Cursors;
import io.flowledger.query.request.Moment;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.vertx.ext.web.Router;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Search over all flows, answered in pages, the newest runs first: {@code
 * /search?field=NAME&value=TEXT} gives the tasks with such metadata, {@code /search?tag=TEXT} the
 * runs with such a tag. {@code op} says how to compare, see {@link ValueMatch}; {@code flow} names
 * the only flow to search; {@code since} leaves out what is older.
 */
public final class SearchRoutes implements Routes {

  private static final Order<Cursor.ByNumber> RUNS =
      new Order<>(
          Comparator.comparingLong(Cursor.ByNumber::number).reversed(),
          text -> Cursors.number("run_number", text),
          place -> Cursors.ofNumber("run_number", place));

  private static final Order<TaskSearch.Place> TASKS =
      new Order<>(
          Comparator.comparingLong(TaskSearch.Place::run)
              .thenComparingLong(place -> place.within().tsEpoch())
              .thenComparingLong(place -> place.within().number())
              .reversed(),
          HitCursor::parse,
          HitCursor::of);

  private final ReadEndpoints reads;
  private final PageLimits limits;
  private final GlobalListAnswer listAnswer;

  /**
   * @param listAnswer on threads for searches
   */
  public SearchRoutes(ReadEndpoints reads, GlobalListAnswer listAnswer, PageLimits limits) {
    this.reads = reads;
    this.limits = limits;
    this.listAnswer = listAnswer;
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
    Optional<Integer> partition = SearchRequest.flowId(read).map(read.readModel()::partitionOf);
    SearchRequest search = SearchRequest.of(read, List.of());
    Optional<Paging> paging = Optional.of(Paging.always(read.parameters(), limits));
    if (search.facet() instanceof Facet.Field field) {
      listAnswer.answer(
          read,
          ListFormat.JSON,
          paging,
          partition,
          partitions -> TaskSearch.listing(SearchRequest.of(read, partitions), field.name()),
          TASKS);
    } else {
      listAnswer.answer(
          read,
          ListFormat.JSON,
          paging,
          partition,
          partitions -> RunSearch.listing(SearchRequest.of(read, partitions)),
          RUNS);
    }
  }
}
