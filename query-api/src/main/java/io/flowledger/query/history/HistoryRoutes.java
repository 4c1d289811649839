package io.flowledger.query.history;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RunRow;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.event.EventHistory;
import io.flowledger.query.event.HistoryCursor;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.query.event.HistoryFilters;
import io.flowledger.query.event.HistoryScope;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.request.Moment;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.schemas.Position;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The endpoints that tell what has happened to an object: its events, in the order of the log, with
 * all that they hold.
 */
public final class HistoryRoutes implements Routes {

  private static final String EVENTS = "/events";
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final ReadEndpoints reads;
  private final PageLimits limits;
  private final ListAnswer listAnswer;
  private final ListAnswer searchAnswer; // where events may be passed over
  private final Tails tails;

  public HistoryRoutes(
      ReadEndpoints reads,
      ReadThreads scans,
      ReadThreads searches,
      Tails tails,
      PageLimits limits) {
    this.reads = reads;
    this.tails = tails;
    this.limits = limits;
    this.listAnswer = new ListAnswer(scans);
    this.searchAnswer = new ListAnswer(searches);
  }

  @Override
  public void mount(Router router) {
    reads.getConstant(router, ReadRequest.FLOW + EVENTS, read -> history(read, ofFlow(read)));
    mount(router, ReadRequest.RUN, HistoryRoutes::ofRun);
    mount(router, ReadRequest.STEP, HistoryRoutes::ofStep);
    mount(router, ReadRequest.TASK, HistoryRoutes::ofTask);
  }

  private void mount(Router router, String path, Function<ReadRequest, HistoryScope> scope) {
    reads.get(router, path + EVENTS, read -> history(read, scope.apply(read)));
  }

  private static HistoryScope ofFlow(ReadRequest read) {
    String flowId = read.flowId();
    if (read.view().flow(flowId).isEmpty()) {
      throw RefusedException.notRegistered("flow " + flowId);
    }
    return HistoryScope.ofFlow(flowId);
  }

  private static HistoryScope ofRun(ReadRequest read) {
    return HistoryScope.ofRun(read.flowId(), read.existingRun(read.view()).number());
  }

  private static HistoryScope ofStep(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    if (view.step(run, read.stepName()).isEmpty()) {
      throw read.unknownStep();
    }
    return HistoryScope.ofStep(read.flowId(), run.number(), read.stepName());
  }

  private static HistoryScope ofTask(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    long task = read.existingTask(view, run).id();
    return HistoryScope.ofTask(read.flowId(), run.number(), read.stepName(), task);
  }

  private void history(ReadRequest read, HistoryScope scope) {
    int partition = read.partition();
    Filters<HistoryEvent> filters = HistoryFilters.of(read.parameters());
    Predicate<IndexedEvent> indexed = HistoryFilters.onIndex(read.parameters());
    if (accepts(read, Tails.TYPE)) {
      follow(read, scope, indexed, filters);
      return;
    }
    boolean lines = accepts(read, ListFormat.LINES_TYPE);
    Listing<HistoryEvent, Long> listing =
        new Listing<>(
            new EventHistory(read.readModel(), partition, scope, indexed.and(happened(read))),
            event -> event.logged().offset(),
            filters::matches,
            (event, sink) ->
                sink.write((lines ? event.toJson().raw("\n") : event.toJson()).toBytes()));
    ListAnswer answer = filters.isEmpty() ? listAnswer : searchAnswer;
    ListFormat format = lines ? ListFormat.LINES : ListFormat.JSON;
    Optional<Paging> paging = Paging.of(read.parameters(), !filters.isEmpty() && !lines, limits);
    if (paging.isEmpty()) {
      answer.whole(read.request(), format, listing);
      return;
    }
    Optional<Position> after =
        paging.get().cursor().map(text -> HistoryCursor.parse(text, partition));
    reads.whenPassed(
        read,
        after.stream().toList(),
        () ->
            answer.page(
                read.request(),
                format,
                paging.get(),
                listing,
                after.map(Position::offset),
                offset -> HistoryCursor.of(partition, offset)));
  }

  private void follow(
      ReadRequest read,
      HistoryScope scope,
      Predicate<IndexedEvent> indexed,
      Filters<HistoryEvent> filters) {
    if (Moment.asOf(read.parameters()).isPresent()) {
      throw RefusedException.malformed("the past can be read, but not followed");
    }
    int partition = read.partition();
    Subscription subscription =
        new Subscription(
            read.request().request().uri(),
            new EventHistory(read.readModel(), partition, scope, indexed),
            event -> scope.holds().test(event.envelope()) && filters.matches(event));
    Optional<Position> last =
        Optional.ofNullable(read.request().request().getHeader(LAST_EVENT_ID))
            .filter(text -> !text.isEmpty())
            .map(text -> HistoryCursor.parse(text, partition));
    reads.whenThere(
        read,
        last.stream().toList(),
        () -> tails.answer(read.request(), partition, subscription, last));
  }

  private static Predicate<IndexedEvent> happened(ReadRequest read) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      return event -> true;
    }
    if (moment.get() instanceof Moment.Time time) {
      return event -> event.tsEpoch() <= time.epochMillis();
    }
    // That it is one of this partition has been seen to by the read of the past.
    long last = ((Moment.After) moment.get()).position().offset();
    return event -> event.offset() <= last;
  }

  private static boolean accepts(ReadRequest read, String type) {
    String accept = read.request().request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(type);
  }
}
