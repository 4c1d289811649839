package io.flowledger.query.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.http.access.Access;
import io.flowledger.projector.readmodel.ListingView.ListedTask;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.Names;
import io.flowledger.query.answer.GlobalListAnswer;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.MergedSource;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.request.Cursors;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The endpoints that list flows, runs, steps, tasks and their metadata. */
public final class ListingRoutes implements Routes {

  private static final Comparator<Cursor.ByName> NEWEST_FLOW_FIRST =
      Comparator.comparingLong(Cursor.ByName::tsEpoch)
          .thenComparing(Cursor.ByName::name, Names.BY_CODE_POINT)
          .reversed();

  private final ReadEndpoints reads;
  private final ListAnswer listAnswer;
  private final ListAnswer searchAnswer; // where rows may be passed over
  private final GlobalListAnswer globalAnswer;
  private final PageLimits limits;
  private final Duration heartbeatTimeout;

  public ListingRoutes(
      ReadEndpoints reads,
      ReadThreads scans,
      ReadThreads searches,
      GlobalListAnswer globalAnswer,
      PageLimits limits,
      Duration heartbeatTimeout) {
    this.reads = reads;
    this.listAnswer = new ListAnswer(scans);
    this.searchAnswer = new ListAnswer(searches);
    this.globalAnswer = globalAnswer;
    this.limits = limits;
    this.heartbeatTimeout = heartbeatTimeout;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, ReadRequest.TASK + "/metadata", this::taskMetadata);
    reads.get(router, ReadRequest.STEP + "/tasks", this::tasks);
    reads.get(router, ReadRequest.STEP + "/filtered_tasks", this::filteredTasks);
    reads.get(router, ReadRequest.RUN + "/steps", this::steps);
    reads.get(router, ReadRequest.RUN + "/metadata", this::runMetadata);
    reads.get(router, ReadRequest.FLOW + "/runs", this::runs);
    reads.getFlows(router, "/flows", this::flows);
  }

  private void flows(ReadRequest read, Predicate<FlowRow> existed) {
    Access access = read.access();
    Predicate<FlowRow> shown =
        access.readsAll() ? existed : existed.and(flow -> access.reads(flow.flowId()));
    Function<FlowRow, Cursor.ByName> place =
        flow -> new Cursor.ByName(flow.tsEpoch(), flow.flowId());
    Comparator<FlowRow> order = Comparator.comparing(place, NEWEST_FLOW_FIRST);
    globalAnswer.answer(
        read,
        ListFormat.TEXT,
        Paging.of(read.parameters(), false, limits),
        partitions -> {
          List<Listing.Source<FlowRow, Cursor.ByName>> sources =
              read.views(partitions).stream()
                  .<Listing.Source<FlowRow, Cursor.ByName>>map(view -> view::flows)
                  .toList();
          return new Listing<>(
              new MergedSource<>(sources, order, place), place, shown, FlowRow::render);
        },
        new GlobalListAnswer.Order<>(
            NEWEST_FLOW_FIRST,
            text -> Cursors.name("flow_id", text),
            cursor -> Cursors.ofName("flow_id", cursor)));
  }

  private void runs(ReadRequest read) {
    String flowId = read.flowId();
    View view = read.view();
    Filters<CurrentRun> filters = RunFilters.of(read.parameters());
    RunExtras extras = RunExtras.of(read.parameters());
    boolean withStatus = extras.status() || filters.byStatus();
    Listing.Source<CurrentRun, Cursor.ByNumber> source =
        (after, visitor) ->
            view.runs(
                flowId,
                after,
                row -> visitor.visit(new CurrentRun(row, view, heartbeatTimeout, read.clock())));
    Listing<CurrentRun, Cursor.ByNumber> listing =
        new Listing<>(
            source,
            run -> new Cursor.ByNumber(run.row().tsEpoch(), run.row().number()),
            filters::matches,
            (run, sink) ->
                run.row()
                    .renderRead(
                        run.heartbeat(),
                        withStatus ? Optional.of(run.status()) : Optional.empty(),
                        extras.number(),
                        sink));
    list(
        read,
        listing,
        !filters.isEmpty(),
        text -> Cursors.number("run_number", text),
        place -> Cursors.ofNumber("run_number", place));
  }

  private void steps(ReadRequest read) {
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Function<StepRow, Cursor.ByName> place =
        step -> new Cursor.ByName(step.tsEpoch(), step.stepName());
    list(
        read,
        Listing.ofFound(
            run,
            found ->
                Listing.all(
                    (after, visitor) -> view.steps(found.number(), after, visitor),
                    place,
                    (step, sink) -> step.render(found, sink)),
            place),
        false,
        text -> Cursors.name("step_name", text),
        cursor -> Cursors.ofName("step_name", cursor));
  }

  private void tasks(ReadRequest read) {
    View view = read.view();
    String stepName = read.stepName();
    Filters<ListedTask> filters = TaskFilters.of(read.parameters());
    Function<ListedTask, Cursor.ByNumber> place =
        task -> new Cursor.ByNumber(task.row().tsEpoch(), task.row().id());
    list(
        read,
        Listing.ofFound(
            read.run(view),
            run ->
                new Listing<>(
                    (after, visitor) -> view.tasks(run.number(), stepName, after, visitor),
                    place,
                    filters::matches,
                    (task, sink) -> task.row().render(run, task.heartbeat(), sink)),
            place),
        !filters.isEmpty(),
        text -> Cursors.number("task_id", text),
        cursor -> Cursors.ofNumber("task_id", cursor));
  }

  private void filteredTasks(ReadRequest read) {
    View view = read.view();
    FilteredTasks filter = FilteredTasks.of(read.parameters());
    searchAnswer.whole(
        read.request(),
        ListFormat.TEXT,
        Listing.ofFound(
            read.run(view),
            run -> filter.listing(view, run, read.stepName()),
            View.TaskMetadata::place));
  }

  private void taskMetadata(ReadRequest read) {
    View view = read.view();
    Optional<TaskRow> task = read.run(view).flatMap(run -> read.task(view, run));
    metadata(
        read,
        Listing.ofFound(
            task,
            found ->
                Listing.all(
                    (after, visitor) -> view.taskMetadata(found, after, visitor),
                    ListingRoutes::place,
                    MetadataRow::render),
            ListingRoutes::place));
  }

  private void runMetadata(ReadRequest read) {
    View view = read.view();
    metadata(
        read,
        Listing.ofFound(
            read.run(view),
            run ->
                Listing.all(
                    (after, visitor) -> view.runMetadata(run.number(), after, visitor),
                    ListingRoutes::place,
                    MetadataRow::render),
            ListingRoutes::place));
  }

  private void metadata(ReadRequest read, Listing<MetadataRow, Cursor.ByNumber> listing) {
    list(
        read,
        listing,
        false,
        text -> Cursors.number("id", text),
        place -> Cursors.ofNumber("id", place));
  }

  private static Cursor.ByNumber place(MetadataRow row) {
    return new Cursor.ByNumber(row.tsEpoch(), row.id());
  }

  private <T, C> void list(
      ReadRequest read,
      Listing<T, C> listing,
      boolean filtered,
      Function<String, C> parseCursor,
      Function<C, String> writeCursor) {
    Optional<Paging> paging = Paging.of(read.parameters(), filtered, limits);
    if (paging.isPresent()) {
      Optional<C> after = paging.get().cursor().map(parseCursor);
      ListAnswer answer = filtered ? searchAnswer : listAnswer;
      answer.page(read.request(), ListFormat.TEXT, paging.get(), listing, after, writeCursor);
    } else {
      listAnswer.whole(read.request(), ListFormat.TEXT, listing);
    }
  }
}
