package io.flowledger.query;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ArtifactRow;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.MetadataRow;
import io.flowledger.projector.readmodel.Names;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.View.ListedTask;
import io.vertx.ext.web.Router;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The reads that Metaflow's clients know. */
final class MetaflowRoutes {

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private static final Comparator<FlowRow> NEWEST_FLOW_FIRST =
      Comparator.comparingLong(FlowRow::tsEpoch)
          .thenComparing(FlowRow::flowId, Names.BY_CODE_POINT)
          .reversed();

  private final Reads reads;
  private final QueryConfig config;
  private final ListAnswer listAnswer;

  MetaflowRoutes(Reads reads, ScanThreads scans, QueryConfig config) {
    this.reads = reads;
    this.config = config;
    this.listAnswer = new ListAnswer(scans);
  }

  /** Adds the endpoints to a router. */
  void mount(Router router) {
    reads.get(router, Read.TASK, this::task);
    reads.get(router, Read.RUN, this::run);
    reads.get(router, Read.STEP, this::step);
    reads.getConstant(router, Read.FLOW, this::flow);
    reads.get(router, Read.TASK + "/metadata", this::taskMetadata);
    reads.get(router, Read.STEP + "/tasks", this::tasks);
    reads.get(router, Read.TASK + "/artifacts/:name", this::artifact);
    reads.get(router, Read.TASK + "/artifacts", this::taskArtifacts);
    reads.get(router, Read.TASK + "/artifacts/:name/attempt/:attempt", this::artifactOfAttempt);
    reads.get(router, Read.TASK + "/attempt/:attempt/artifacts", this::artifactsOfAttempt);
    reads.get(router, Read.STEP + "/filtered_tasks", this::filteredTasks);
    reads.get(router, Read.STEP + "/artifacts", this::stepArtifacts);
    reads.get(router, Read.RUN + "/steps", this::steps);
    reads.get(router, Read.RUN + "/metadata", this::runMetadata);
    reads.get(router, Read.RUN + "/artifacts", this::runArtifacts);
    reads.get(router, Read.FLOW + "/runs", this::runs);
    reads.getLive(router, "/flows", this::flows);
  }

  // ---- objects ---------------------------------------------------------------------------------

  private void flow(Read read) {
    String flowId = read.flowId();
    FlowRow flow =
        read.view()
            .flow(flowId)
            .orElseThrow(() -> RefusedException.notRegistered("flow " + flowId));
    ObjectAnswer.text(read.request(), flow::render);
  }

  private void run(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    CurrentRun current = new CurrentRun(run, view, config, read.clock());
    ObjectAnswer.text(
        read.request(), sink -> run.renderRead(current.heartbeat(), Optional.empty(), sink));
  }

  private void step(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    StepRow step = view.step(run, read.stepName()).orElseThrow(read::unknown);
    ObjectAnswer.text(read.request(), sink -> step.render(run, sink));
  }

  private void task(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    TaskRow task = read.existingTask(view, run);
    ObjectAnswer.text(read.request(), sink -> task.render(run, view.heartbeat(task), sink));
  }

  private void artifact(Read read) {
    artifact(read, (view, task) -> Artifacts.latestAttempt(view, task.id()));
  }

  private void artifactOfAttempt(Read read) {
    int attempt = attempt(read);
    artifact(read, (view, task) -> attempt);
  }

  private interface AttemptOf {
    int task(View view, TaskRow task);
  }

  private void artifact(Read read, AttemptOf attemptOf) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    TaskRow task = read.existingTask(view, run);
    String name = read.path("name");
    ArtifactRow artifact =
        view.artifacts(task.id(), attemptOf.task(view, task)).find(name).orElseThrow(read::unknown);
    ObjectAnswer.text(read.request(), sink -> artifact.render(run, sink));
  }

  // ---- listings --------------------------------------------------------------------------------

  /** Nothing of a flow ever changes: as of a moment only those are missing that came later. */
  private void flows(Read read) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      flows(read, flow -> true);
      return;
    }
    reads.find(
        read, () -> Past.existed(moment.get(), read.readModel()), existed -> flows(read, existed));
  }

  private void flows(Read read, Predicate<FlowRow> shown) {
    List<Listing.Source<FlowRow, Cursor.ByName>> partitions =
        read.views().stream()
            .<Listing.Source<FlowRow, Cursor.ByName>>map(view -> view::flows)
            .toList();
    Function<FlowRow, Cursor.ByName> place =
        flow -> new Cursor.ByName(flow.tsEpoch(), flow.flowId());
    var source = new MergedSource<>(partitions, NEWEST_FLOW_FIRST, place);
    list(
        read,
        new Listing<>(source, place, shown, FlowRow::render),
        false,
        Cursors::flow,
        Cursors::ofFlow);
  }

  private void runs(Read read) {
    String flowId = read.flowId();
    View view = read.view();
    Filters<CurrentRun> filters = RunFilters.of(read.parameters());
    Listing.Source<CurrentRun, Cursor.ByNumber> source =
        (after, visitor) ->
            view.runs(
                flowId,
                after,
                row -> visitor.visit(new CurrentRun(row, view, config, read.clock())));
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
        read,
        listing,
        !filters.isEmpty(),
        text -> Cursors.number("run_number", text),
        place -> Cursors.ofNumber("run_number", place));
  }

  private void steps(Read read) {
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Function<StepRow, Cursor.ByName> place =
        step -> new Cursor.ByName(step.tsEpoch(), step.stepName());
    listAnswer.whole(
        read.request(),
        ListFormat.TEXT,
        ofFound(
            run,
            found ->
                Listing.all(
                    (after, visitor) -> view.steps(found.number(), after, visitor),
                    place,
                    (step, sink) -> step.render(found, sink)),
            place));
  }

  private void tasks(Read read) {
    View view = read.view();
    String stepName = read.stepName();
    Filters<ListedTask> filters = TaskFilters.of(read.parameters());
    Function<ListedTask, Cursor.ByNumber> place =
        task -> new Cursor.ByNumber(task.row().tsEpoch(), task.row().id());
    list(
        read,
        ofFound(
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

  private void taskMetadata(Read read) {
    View view = read.view();
    Optional<TaskRow> task = read.run(view).flatMap(run -> read.task(view, run));
    metadata(
        read,
        ofFound(
            task,
            found ->
                Listing.all(
                    (after, visitor) -> view.taskMetadata(found, after, visitor),
                    MetaflowRoutes::place,
                    MetadataRow::render),
            MetaflowRoutes::place));
  }

  private void runMetadata(Read read) {
    View view = read.view();
    metadata(
        read,
        ofFound(
            read.run(view),
            run ->
                Listing.all(
                    (after, visitor) -> view.runMetadata(run.number(), after, visitor),
                    MetaflowRoutes::place,
                    MetadataRow::render),
            MetaflowRoutes::place));
  }

  private void metadata(Read read, Listing<MetadataRow, Cursor.ByNumber> listing) {
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

  private void runArtifacts(Read read) {
    artifacts(read, (view, run) -> Optional.of(new Scope.OfRun(run.number())));
  }

  private void stepArtifacts(Read read) {
    String stepName = read.stepName();
    artifacts(read, (view, run) -> Optional.of(new Scope.OfStep(run.number(), stepName)));
  }

  private void taskArtifacts(Read read) {
    artifacts(read, (view, run) -> read.task(view, run).map(task -> new Scope.OfTask(task.id())));
  }

  private interface ScopeOf {
    Optional<Scope> run(View view, RunRow run);
  }

  /** The whole listing and its pages show different attempts, as those of the reference do. */
  private void artifacts(Read read, ScopeOf scopeOf) {
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Optional<Scope> scope = run.flatMap(found -> scopeOf.run(view, found));
    Listing.Renderer<ArtifactRow> renderer =
        (artifact, sink) -> run.ifPresent(found -> artifact.render(found, sink));
    Optional<Paging> paging = Paging.of(read.parameters(), false, config);
    if (paging.isPresent()) {
      listAnswer.page(
          read.request(),
          ListFormat.TEXT,
          paging.get(),
          ofFound(
              scope,
              found -> Listing.all(Artifacts.newest(view, found), Artifacts::place, renderer),
              Artifacts::place),
          paging.get().cursor().map(Cursors::artifact),
          Cursors::ofArtifact);
    } else {
      listAnswer.whole(
          read.request(),
          ListFormat.TEXT,
          ofFound(
              scope,
              found ->
                  Listing.all(
                      Artifacts.ofLatestAttempts(view, found), Artifacts::placeByAttempt, renderer),
              Artifacts::placeByAttempt));
    }
  }

  private void artifactsOfAttempt(Read read) {
    int attempt = attempt(read);
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Optional<TaskRow> task = run.flatMap(found -> read.task(view, found));
    listAnswer.whole(
        read.request(),
        ListFormat.TEXT,
        ofFound(
            task,
            found ->
                Listing.all(
                    Artifacts.ofAttempt(view, new Scope.OfTask(found.id()), attempt),
                    Artifacts::place,
                    (artifact, sink) -> run.ifPresent(of -> artifact.render(of, sink))),
            Artifacts::place));
  }

  private void filteredTasks(Read read) {
    View view = read.view();
    FilteredTasks filter = FilteredTasks.of(read.parameters());
    listAnswer.whole(
        read.request(),
        ListFormat.TEXT,
        ofFound(
            read.run(view),
            run -> filter.listing(view, run, read.stepName()),
            View.TaskMetadata::place));
  }

  // ---- steps that several reads have -----------------------------------------------------------

  private static int attempt(Read read) {
    String attempt = read.path("attempt");
    try {
      if (INTEGER.matcher(attempt).matches()) {
        return Integer.parseInt(attempt);
      }
    } catch (NumberFormatException beyond32Bits) {
      // told below
    }
    throw RefusedException.malformed(
        "the attempt must be an integer of 32 bits, not '" + attempt + "'");
  }

  /** A listing under a parent that is not there is empty. */
  private static <P, T, C> Listing<T, C> ofFound(
      Optional<P> parent, Function<P, Listing<T, C>> listing, Function<T, C> place) {
    return parent
        .map(listing)
        .orElseGet(() -> Listing.all(Listing.Source.empty(), place, (row, sink) -> {}));
  }

  private <T, C> void list(
      Read read,
      Listing<T, C> listing,
      boolean filtered,
      Function<String, C> parseCursor,
      Function<C, String> writeCursor) {
    Optional<Paging> paging = Paging.of(read.parameters(), filtered, config);
    if (paging.isPresent()) {
      Optional<C> after = paging.get().cursor().map(parseCursor);
      listAnswer.page(read.request(), ListFormat.TEXT, paging.get(), listing, after, writeCursor);
    } else {
      listAnswer.whole(read.request(), ListFormat.TEXT, listing);
    }
  }
}
