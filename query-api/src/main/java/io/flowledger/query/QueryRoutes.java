package io.flowledger.query;

import io.flowledger.projector.readmodel.ArtifactRow;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.MetadataRow;
import io.flowledger.projector.readmodel.Names;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.Sink;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.View.ListedTask;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The read endpoints: path and parameters to a read of the view to an answer. */
public final class QueryRoutes {

  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final String MIN_POSITION = "Flowledger-Min-Position";
  private static final String FLOW = "/flows/:flow";
  private static final String RUN = FLOW + "/runs/:run";
  private static final String STEP = RUN + "/steps/:step";
  private static final String TASK = STEP + "/tasks/:task";

  private static final Comparator<FlowRow> NEWEST_FLOW_FIRST =
      Comparator.comparingLong(FlowRow::tsEpoch)
          .thenComparing(FlowRow::flowId, Names.BY_CODE_POINT)
          .reversed();

  private final ReadModel readModel;
  private final QueryConfig config;
  private final Clock clock;
  private final ListAnswer listAnswer;

  public QueryRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this.readModel = readModel;
    this.config = config;
    this.clock = clock;
    this.listAnswer = new ListAnswer(vertx, config);
  }

  /** Adds the endpoints to a router. */
  public void mount(Router router) {
    get(router, TASK, this::task);
    get(router, RUN, this::run);
    get(router, STEP, this::step);
    get(router, FLOW, this::flow);
    get(router, TASK + "/metadata", this::taskMetadata);
    get(router, STEP + "/tasks", this::tasks);
    get(router, TASK + "/artifacts/:name", this::artifact);
    get(router, TASK + "/artifacts", this::taskArtifacts);
    get(router, TASK + "/artifacts/:name/attempt/:attempt", this::artifactOfAttempt);
    get(router, TASK + "/attempt/:attempt/artifacts", this::artifactsOfAttempt);
    get(router, STEP + "/filtered_tasks", this::filteredTasks);
    get(router, STEP + "/artifacts", this::stepArtifacts);
    get(router, RUN + "/steps", this::steps);
    get(router, RUN + "/metadata", this::runMetadata);
    get(router, RUN + "/artifacts", this::runArtifacts);
    get(router, FLOW + "/runs", this::runs);
    get(router, "/flows", this::flows);
  }

  /** How many listings are being read. */
  public int scansUnderWay() {
    return listAnswer.underWay();
  }

  private void get(Router router, String path, Handler<RoutingContext> handler) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> atPosition(request, handler));
  }

  /** Waits for the position that the request asks for, if it does. */
  private void atPosition(RoutingContext request, Handler<RoutingContext> handler) {
    String text = request.request().getHeader(MIN_POSITION);
    if (text == null) {
      handler.handle(request);
      return;
    }
    Position position =
        Position.parse(text)
            .filter(parsed -> parsed.partition() < readModel.partitions())
            .orElseThrow(() -> Invalid.request(MIN_POSITION + " is no position: '" + text + "'"));
    Context context = request.vertx().getOrCreateContext();
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            context.runOnContext(
                on -> {
                  try {
                    handler.handle(request);
                  } catch (RuntimeException e) {
                    request.fail(e);
                  }
                });
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            context.runOnContext(on -> request.fail(reason));
          }
        });
  }

  // ---- objects ---------------------------------------------------------------------------------

  private void flow(RoutingContext request) {
    String flowId = request.pathParam("flow");
    FlowRow flow = view(flowId).flow(flowId).orElseThrow(() -> Invalid.unknown("flow " + flowId));
    answer(request, flow::render);
  }

  private void run(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    RunRow run = findRun(request, view).orElseThrow(() -> unknown(request));
    CurrentRun current = new CurrentRun(run, view, config, clock);
    answer(request, sink -> run.renderRead(current.heartbeat(), Optional.empty(), sink));
  }

  private void step(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    RunRow run = findRun(request, view).orElseThrow(() -> unknown(request));
    StepRow step = view.step(run, request.pathParam("step")).orElseThrow(() -> unknown(request));
    answer(request, sink -> step.render(run, sink));
  }

  private void task(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    RunRow run = findRun(request, view).orElseThrow(() -> unknown(request));
    TaskRow task = findTask(request, view, run).orElseThrow(() -> unknown(request));
    answer(request, sink -> task.render(run, view.heartbeat(task), sink));
  }

  private void artifact(RoutingContext request) {
    artifact(request, (view, task) -> Artifacts.latestAttempt(view, task.id()));
  }

  private void artifactOfAttempt(RoutingContext request) {
    int attempt = attempt(request);
    artifact(request, (view, task) -> attempt);
  }

  private interface AttemptOf {
    int task(View view, TaskRow task);
  }

  private void artifact(RoutingContext request, AttemptOf attemptOf) {
    View view = view(request.pathParam("flow"));
    RunRow run = findRun(request, view).orElseThrow(() -> unknown(request));
    TaskRow task = findTask(request, view, run).orElseThrow(() -> unknown(request));
    String name = request.pathParam("name");
    ArtifactRow artifact =
        view.artifacts(task.id(), attemptOf.task(view, task))
            .find(name)
            .orElseThrow(() -> unknown(request));
    answer(request, sink -> artifact.render(run, sink));
  }

  // ---- listings --------------------------------------------------------------------------------

  private void flows(RoutingContext request) {
    List<Listing.Source<FlowRow, Cursor.ByName>> partitions =
        IntStream.range(0, readModel.partitions())
            .mapToObj(readModel::view)
            .<Listing.Source<FlowRow, Cursor.ByName>>map(view -> view::flows)
            .toList();
    Function<FlowRow, Cursor.ByName> place =
        flow -> new Cursor.ByName(flow.tsEpoch(), flow.flowId());
    var source = new MergedSource<>(partitions, NEWEST_FLOW_FIRST, place);
    list(
        request,
        Listing.all(source, place, FlowRow::render),
        false,
        Cursors::flow,
        Cursors::ofFlow);
  }

  private void runs(RoutingContext request) {
    String flowId = request.pathParam("flow");
    View view = view(flowId);
    Filters<CurrentRun> filters = RunFilters.of(request.queryParams());
    Listing.Source<CurrentRun, Cursor.ByNumber> source =
        (after, visitor) ->
            view.runs(
                flowId, after, row -> visitor.visit(new CurrentRun(row, view, config, clock)));
    Listing<CurrentRun, Cursor.ByNumber> listing =
        new Listing<>(
            source,
            run -> new Cursor.ByNumber(run.row().tsEpoch(), run.row().number()),
            filters::matches,
            (run, sink) ->
                run.row()
                    .renderRead(
                        run.heartbeat(),
                        filters.byStatus() ? Optional.of(run.status()) : Optional.empty(),
                        sink));
    list(
        request,
        listing,
        !filters.isEmpty(),
        text -> Cursors.number("run_number", text),
        place -> Cursors.ofNumber("run_number", place));
  }

  private void steps(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    Optional<RunRow> run = findRun(request, view);
    Function<StepRow, Cursor.ByName> place =
        step -> new Cursor.ByName(step.tsEpoch(), step.stepName());
    listAnswer.whole(
        request,
        ofFound(
            run,
            found ->
                Listing.all(
                    (after, visitor) -> view.steps(found.number(), after, visitor),
                    place,
                    (step, sink) -> step.render(found, sink)),
            place));
  }

  private void tasks(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    String stepName = request.pathParam("step");
    Filters<ListedTask> filters = TaskFilters.of(request.queryParams());
    Function<ListedTask, Cursor.ByNumber> place =
        task -> new Cursor.ByNumber(task.row().tsEpoch(), task.row().id());
    list(
        request,
        ofFound(
            findRun(request, view),
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

  private void taskMetadata(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    Optional<TaskRow> task = findRun(request, view).flatMap(run -> findTask(request, view, run));
    metadata(
        request,
        ofFound(
            task,
            found ->
                Listing.all(
                    (after, visitor) -> view.taskMetadata(found, after, visitor),
                    QueryRoutes::place,
                    MetadataRow::render),
            QueryRoutes::place));
  }

  private void runMetadata(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    metadata(
        request,
        ofFound(
            findRun(request, view),
            run ->
                Listing.all(
                    (after, visitor) -> view.runMetadata(run.number(), after, visitor),
                    QueryRoutes::place,
                    MetadataRow::render),
            QueryRoutes::place));
  }

  private void metadata(RoutingContext request, Listing<MetadataRow, Cursor.ByNumber> listing) {
    list(
        request,
        listing,
        false,
        text -> Cursors.number("id", text),
        place -> Cursors.ofNumber("id", place));
  }

  private static Cursor.ByNumber place(MetadataRow row) {
    return new Cursor.ByNumber(row.tsEpoch(), row.id());
  }

  private void runArtifacts(RoutingContext request) {
    artifacts(request, (view, run) -> Optional.of(new Scope.OfRun(run.number())));
  }

  private void stepArtifacts(RoutingContext request) {
    String stepName = request.pathParam("step");
    artifacts(request, (view, run) -> Optional.of(new Scope.OfStep(run.number(), stepName)));
  }

  private void taskArtifacts(RoutingContext request) {
    artifacts(
        request,
        (view, run) -> findTask(request, view, run).map(task -> new Scope.OfTask(task.id())));
  }

  private interface ScopeOf {
    Optional<Scope> run(View view, RunRow run);
  }

  /** The whole listing and its pages show different attempts, as those of the reference do. */
  private void artifacts(RoutingContext request, ScopeOf scopeOf) {
    View view = view(request.pathParam("flow"));
    Optional<RunRow> run = findRun(request, view);
    Optional<Scope> scope = run.flatMap(found -> scopeOf.run(view, found));
    Listing.Renderer<ArtifactRow> renderer =
        (artifact, sink) -> run.ifPresent(found -> artifact.render(found, sink));
    Optional<Paging> paging = Paging.of(request.queryParams(), false, config);
    if (paging.isPresent()) {
      listAnswer.page(
          request,
          paging.get(),
          ofFound(
              scope,
              found -> Listing.all(Artifacts.newest(view, found), Artifacts::place, renderer),
              Artifacts::place),
          paging.get().cursor().map(Cursors::artifact),
          Cursors::ofArtifact);
    } else {
      listAnswer.whole(
          request,
          ofFound(
              scope,
              found ->
                  Listing.all(
                      Artifacts.ofLatestAttempts(view, found), Artifacts::placeByAttempt, renderer),
              Artifacts::placeByAttempt));
    }
  }

  private void artifactsOfAttempt(RoutingContext request) {
    int attempt = attempt(request);
    View view = view(request.pathParam("flow"));
    Optional<RunRow> run = findRun(request, view);
    Optional<TaskRow> task = run.flatMap(found -> findTask(request, view, found));
    listAnswer.whole(
        request,
        ofFound(
            task,
            found ->
                Listing.all(
                    Artifacts.ofAttempt(view, new Scope.OfTask(found.id()), attempt),
                    Artifacts::place,
                    (artifact, sink) -> run.ifPresent(of -> artifact.render(of, sink))),
            Artifacts::place));
  }

  private void filteredTasks(RoutingContext request) {
    View view = view(request.pathParam("flow"));
    FilteredTasks filter = FilteredTasks.of(request.queryParams());
    listAnswer.whole(
        request,
        ofFound(
            findRun(request, view),
            run -> filter.listing(view, run, request.pathParam("step")),
            View.TaskMetadata::place));
  }

  // ---- steps that several reads have -----------------------------------------------------------

  private View view(String flowId) {
    return readModel.view(readModel.partitionOf(flowId));
  }

  private static Optional<RunRow> findRun(RoutingContext request, View view) {
    return view.run(request.pathParam("flow"), Identifier.parse(request.pathParam("run")));
  }

  private static Optional<TaskRow> findTask(RoutingContext request, View view, RunRow run) {
    return view.task(run, request.pathParam("step"), Identifier.parse(request.pathParam("task")));
  }

  private static int attempt(RoutingContext request) {
    String attempt = request.pathParam("attempt");
    try {
      if (INTEGER.matcher(attempt).matches()) {
        return Integer.parseInt(attempt);
      }
    } catch (NumberFormatException beyond32Bits) {
      // told below
    }
    throw Invalid.request("the attempt must be an integer of 32 bits, not '" + attempt + "'");
  }

  /** A listing under a parent that is not there is empty. */
  private static <P, T, C> Listing<T, C> ofFound(
      Optional<P> parent, Function<P, Listing<T, C>> listing, Function<T, C> place) {
    return parent
        .map(listing)
        .orElseGet(() -> Listing.all(Listing.Source.empty(), place, (row, sink) -> {}));
  }

  private <T, C> void list(
      RoutingContext request,
      Listing<T, C> listing,
      boolean filtered,
      Function<String, C> parseCursor,
      Function<C, String> writeCursor) {
    Optional<Paging> paging = Paging.of(request.queryParams(), filtered, config);
    if (paging.isPresent()) {
      Optional<C> after = paging.get().cursor().map(parseCursor);
      listAnswer.page(request, paging.get(), listing, after, writeCursor);
    } else {
      listAnswer.whole(request, listing);
    }
  }

  private static RuntimeException unknown(RoutingContext request) {
    return Invalid.unknown(request.request().path());
  }

  private interface Renderer {
    void render(Sink sink);
  }

  private static void answer(RoutingContext request, Renderer renderer) {
    Body body = Body.begin();
    renderer.render(body);
    if (body.tag("").satisfies(request)) {
      return;
    }
    HttpServerResponse response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, TEXT);
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body.toBuffer());
    }
  }
}
