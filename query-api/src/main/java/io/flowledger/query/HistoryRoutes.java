package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.IndexedEvent;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The endpoints that tell what has happened to an object: its events, in the order of the log, with
 * all that they hold.
 */
final class HistoryRoutes implements Routes {

  private static final String EVENTS = "/events";

  private final Reads reads;
  private final PageLimits limits;
  private final ListAnswer listAnswer;
  private final Tails tails;

  HistoryRoutes(Reads reads, ScanThreads scans, Tails tails, PageLimits limits) {
    this.reads = reads;
    this.tails = tails;
    this.limits = limits;
    this.listAnswer = new ListAnswer(scans);
  }

  @Override
  public void mount(Router router) {
    reads.getConstant(router, Read.FLOW + EVENTS, read -> history(read, ofFlow(read)));
    mount(router, Read.RUN, HistoryRoutes::ofRun);
    mount(router, Read.STEP, HistoryRoutes::ofStep);
    mount(router, Read.TASK, HistoryRoutes::ofTask);
  }

  private void mount(Router router, String path, Function<Read, HistoryScope> scope) {
    reads.get(router, path + EVENTS, read -> history(read, scope.apply(read)));
  }

  private static HistoryScope ofFlow(Read read) {
    String flowId = read.flowId();
    if (read.view().flow(flowId).isEmpty()) {
      throw RefusedException.notRegistered("flow " + flowId);
    }
    return HistoryScope.ofFlow(flowId);
  }

  private static HistoryScope ofRun(Read read) {
    return HistoryScope.ofRun(read.flowId(), read.existingRun(read.view()).number());
  }

  private static HistoryScope ofStep(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    if (view.step(run, read.stepName()).isEmpty()) {
      throw read.unknown();
    }
    return HistoryScope.ofStep(read.flowId(), run.number(), read.stepName());
  }

  private static HistoryScope ofTask(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    long task = read.existingTask(view, run).id();
    return HistoryScope.ofTask(read.flowId(), run.number(), read.stepName(), task);
  }

  private void history(Read read, HistoryScope scope) {
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
            new History(read.readModel(), partition, scope, indexed.and(happened(read))),
            event -> event.logged().offset(),
            filters::matches,
            (event, sink) ->
                sink.write((lines ? event.toJson().raw("\n") : event.toJson()).toBytes()));
    ListFormat format = lines ? ListFormat.LINES : ListFormat.JSON;
    Optional<Paging> paging = Paging.of(read.parameters(), !filters.isEmpty() && !lines, limits);
    if (paging.isPresent()) {
      Optional<Long> after =
          paging.get().cursor().map(text -> HistoryCursor.parse(text, partition));
      listAnswer.page(
          read.request(),
          format,
          paging.get(),
          listing,
          after,
          offset -> HistoryCursor.of(partition, offset));
    } else {
      listAnswer.whole(read.request(), format, listing);
    }
  }

  private void follow(
      Read read,
      HistoryScope scope,
      Predicate<IndexedEvent> indexed,
      Filters<HistoryEvent> filters) {
    if (Moment.asOf(read.parameters()).isPresent()) {
      throw RefusedException.malformed("the past can be read, but not followed");
    }
    tails.answer(
        read.request(),
        read.partition(),
        new Subscription(
            read.request().request().uri(),
            new History(read.readModel(), read.partition(), scope, indexed),
            event -> scope.holds().test(event.envelope()) && filters.matches(event)));
  }

  private static Predicate<IndexedEvent> happened(Read read) {
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

  private static boolean accepts(Read read, String type) {
    String accept = read.request().request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(type);
  }
}
