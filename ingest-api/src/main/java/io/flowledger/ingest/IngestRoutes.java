package io.flowledger.ingest;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.Origin;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.readmodel.EventKey;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Sink;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Identifier;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The write endpoints. A handler reads as the steps of a write: validate, look, number, append. */
public final class IngestRoutes {

  private static final String RUN = "/flows/:flow/runs/:run";
  private static final String STEP = RUN + "/steps/:step";
  private static final String TASK = STEP + "/tasks/:task";
  private static final long MILLIS = 1000;
  private static final Buffer BEAT = Buffer.buffer("\"{\\\"wait_time_in_seconds\\\": 10}\"");
  private static final String TASK_UNKNOWN = "need to register run_id and task_id first";

  private final IngestConfig config;
  private final ReadModel readModel;
  private final Sequences sequences;
  private final Parents parents;
  private final Writer writer;
  private final Heartbeats heartbeats;
  private final Clock clock;

  public IngestRoutes(
      IngestConfig config, ReadModel readModel, EventLog log, Sequences sequences, Clock clock) {
    this.config = config;
    this.readModel = readModel;
    this.sequences = sequences;
    this.parents = new Parents(readModel);
    this.writer = new Writer(log, readModel, config.maxPendingWrites());
    this.heartbeats = new Heartbeats(log);
    this.clock = clock;
  }

  /** Adds the endpoints to a router whose earlier handlers have read the body. */
  public void mount(Router router) {
    router.post(STEP + "/task").handler(this::registerTask);
    router.post(TASK + "/metadata").handler(this::recordMetadata);
    router.post(TASK + "/artifact").handler(this::recordArtifacts);
    router.post(TASK + "/heartbeat").handler(this::beatTask);
    router.post(RUN + "/heartbeat").handler(this::beatRun);
    router.post(STEP + "/step").handler(this::registerStep);
    router.post("/flows/:flow/run").handler(this::registerRun);
    router.patch(RUN + "/tag/mutate").handler(this::mutateTags);
    router.post("/flows/:flow").handler(this::registerFlow);
  }

  /** How many writes wait for their acknowledgement or their view. */
  public int pendingWrites() {
    return writer.pending();
  }

  // ---- registrations ---------------------------------------------------------------------------

  private void registerFlow(RoutingContext request) {
    String flowId = path(request).flow();
    Registration body = Registration.parse(body(request), config, "");
    if (exists(flowId, view -> view.flow(flowId).isPresent())) {
      throw Rejection.exists("flow " + flowId);
    }
    long now = clock.millis();
    var event =
        new FlowRegistered(
            EventIds.next(now),
            flowId,
            body.userName(),
            body.tags(),
            body.systemTags(),
            now,
            origin(request),
            config.writtenBy());
    writer.write(
        request,
        flowId,
        event,
        view -> {
          FlowRow flow = view.flow(flowId).orElseThrow(() -> vanished("flow " + flowId));
          checkFirst(flow.creator(), EventKey.of(event.getEventId()), "flow " + flowId);
          return rendered(flow::render);
        },
        () -> rendered(FlowRow.of(event)::render));
  }

  private void registerRun(RoutingContext request) {
    String flowId = path(request).flow();
    Registration body = Registration.parse(body(request), config, "run_number");
    if (!parents.hasFlow(flowId)) {
      throw Rejection.notFound("flow " + flowId + " is not registered");
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent() && exists(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw Rejection.exists("run " + flowId + "/" + named.get());
    }
    number(request, Sequences.Name.RUNS, number -> appendRun(request, flowId, body, number));
  }

  private void appendRun(RoutingContext request, String flowId, Registration body, long number) {
    long now = clock.millis();
    var event =
        new RunRegistered(
            EventIds.next(now),
            flowId,
            number,
            body.id().orElse(null),
            body.userName(),
            listOrEmpty(body.tags()),
            listOrEmpty(body.systemTags()),
            firstHeartbeat(body, now),
            now,
            origin(request),
            config.writtenBy());
    Identifier run =
        body.id().<Identifier>map(Identifier.Name::new).orElse(new Identifier.Number(number));
    writer.write(
        request,
        flowId,
        event,
        view -> {
          String what = "run " + flowId + "/" + run;
          RunRow row = view.run(flowId, run).orElseThrow(() -> vanished(what));
          checkFirst(row.creator(), EventKey.of(event.getEventId()), what);
          OptionalLong heartbeat = view.heartbeat(row, view.progress(row.number()));
          return rendered(sink -> row.render(heartbeat, sink));
        },
        () -> {
          RunRow row = RunRow.of(event);
          if (row.runId().isPresent()) {
            throw undecided("run " + flowId + "/" + run);
          }
          return rendered(sink -> row.render(row.firstHeartbeat(), sink));
        });
  }

  private void registerStep(RoutingContext request) {
    Path path = path(request);
    String flowId = path.flow();
    Identifier run = path.run();
    String stepName = path.step();
    Registration body = Registration.parse(body(request), config, "");
    long number = runNumber(flowId, run);
    String what = "step " + flowId + "/" + run + "/" + stepName;
    if (exists(flowId, view -> step(view, flowId, number, stepName).isPresent())) {
      throw Rejection.exists(what);
    }
    long now = clock.millis();
    var event =
        new StepRegistered(
            EventIds.next(now),
            flowId,
            number,
            stepName,
            body.hasUserName() ? body.userName() : "",
            body.tags(),
            body.systemTags(),
            now,
            origin(request),
            config.writtenBy());
    writer.write(
        request,
        flowId,
        event,
        view -> {
          RunRow row = run(view, flowId, number);
          StepRow step = view.step(row, stepName).orElseThrow(() -> vanished(what));
          checkFirst(step.creator(), EventKey.of(event.getEventId()), what);
          return rendered(sink -> step.render(row, sink));
        },
        () -> {
          RunRow row = unseen(flowId, run, number, body);
          return rendered(sink -> StepRow.of(event, row).render(row, sink));
        });
  }

  private void registerTask(RoutingContext request) {
    Path path = path(request);
    String flowId = path.flow();
    Identifier run = path.run();
    String stepName = path.step();
    Registration body = Registration.parse(body(request), config, "task_id");
    long number = runNumber(flowId, run);
    if (!parents.hasStep(flowId, number, stepName)) {
      throw Rejection.notFound(
          "step " + flowId + "/" + run + "/" + stepName + " is not registered");
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && exists(
            flowId,
            view -> view.task(run(view, flowId, number), stepName, named.get()).isPresent())) {
      throw Rejection.exists("task " + flowId + "/" + run + "/" + stepName + "/" + named.get());
    }
    number(
        request,
        Sequences.Name.TASKS,
        id -> appendTask(request, flowId, run, number, stepName, body, id));
  }

  private void appendTask(
      RoutingContext request,
      String flowId,
      Identifier run,
      long number,
      String stepName,
      Registration body,
      long id) {
    long now = clock.millis();
    var event =
        new TaskRegistered(
            EventIds.next(now),
            flowId,
            number,
            stepName,
            id,
            body.id().orElse(null),
            body.userName(),
            body.tags(),
            body.systemTags(),
            firstHeartbeat(body, now),
            now,
            origin(request),
            config.writtenBy());
    Identifier task =
        body.id().<Identifier>map(Identifier.Name::new).orElse(new Identifier.Number(id));
    String what = "task " + flowId + "/" + run + "/" + stepName + "/" + task;
    writer.write(
        request,
        flowId,
        event,
        view -> {
          RunRow row = run(view, flowId, number);
          TaskRow found = view.task(row, stepName, task).orElseThrow(() -> vanished(what));
          checkFirst(found.creator(), EventKey.of(event.getEventId()), what);
          return rendered(sink -> found.render(row, view.heartbeat(found), sink));
        },
        () -> {
          if (body.id().isPresent()) {
            throw undecided(what);
          }
          RunRow row = unseen(flowId, run, number, body);
          TaskRow made = TaskRow.of(event, row);
          return rendered(sink -> made.render(row, made.firstHeartbeat(), sink));
        });
  }

  // ---- what tasks record -----------------------------------------------------------------------

  private void recordMetadata(RoutingContext request) {
    TaskPath path = TaskPath.of(path(request));
    List<MetadataEntry> entries = MetadataBody.parse(body(request), config);
    TaskNumber task = taskNumber(path);
    if (entries.isEmpty()) {
      nothingCreated(request, "metadata_created");
      return;
    }
    numbers(
        request,
        Sequences.Name.METADATA,
        entries.size(),
        ids -> appendMetadata(request, path, task, numbered(entries, ids)));
  }

  private static List<MetadataEntry> numbered(List<MetadataEntry> entries, long[] ids) {
    List<MetadataEntry> numbered = new java.util.ArrayList<>(entries.size());
    for (int i = 0; i < ids.length; i++) {
      numbered.add(MetadataEntry.newBuilder(entries.get(i)).setId(ids[i]).build());
    }
    return numbered;
  }

  private void appendMetadata(
      RoutingContext request, TaskPath path, TaskNumber task, List<MetadataEntry> entries) {
    long now = clock.millis();
    var event =
        new MetadataRecorded(
            EventIds.next(now),
            path.flowId(),
            task.run(),
            path.stepName(),
            task.task(),
            entries,
            now,
            origin(request),
            config.writtenBy());
    Buffer created = created("metadata_created", entries.size());
    writer.write(request, path.flowId(), event, view -> created, () -> created);
  }

  private void recordArtifacts(RoutingContext request) {
    TaskPath path = TaskPath.of(path(request));
    List<ArtifactEntry> entries = ArtifactsBody.parse(body(request), config);
    TaskNumber task = taskNumber(path);
    if (entries.isEmpty()) {
      nothingCreated(request, "artifacts_created");
      return;
    }
    long now = clock.millis();
    var event =
        new ArtifactsRecorded(
            EventIds.next(now),
            path.flowId(),
            task.run(),
            path.stepName(),
            task.task(),
            entries,
            now,
            origin(request),
            config.writtenBy());
    writer.write(
        request,
        path.flowId(),
        event,
        view -> created("artifacts_created", countFirst(view, task.task(), event)),
        () -> created("artifacts_created", entries.size()));
  }

  /** How many artifacts of the view this event was the first to record. */
  private static int countFirst(View view, long task, ArtifactsRecorded event) {
    EventKey own = EventKey.of(event.getEventId());
    var identities = new java.util.HashSet<List<Object>>();
    int first = 0;
    for (ArtifactEntry entry : event.getEntries()) {
      boolean repeated = !identities.add(List.of(entry.getAttemptId(), entry.getName()));
      boolean made =
          !repeated
              && view.artifact(task, entry.getAttemptId(), entry.getName())
                  .filter(artifact -> artifact.creator().equals(own))
                  .isPresent();
      first += made ? 1 : 0;
    }
    return first;
  }

  private static void nothingCreated(RoutingContext request, String what) {
    request.response().putHeader("Content-Type", "text/plain; charset=utf-8").end(created(what, 0));
  }

  private static Buffer created(String what, int count) {
    return Buffer.buffer("{\"" + what + "\": " + count + "}");
  }

  // ---- tags ------------------------------------------------------------------------------------

  private void mutateTags(RoutingContext request) {
    Path path = path(request);
    String flowId = path.flow();
    Identifier run = path.run();
    TagMutation mutation = TagMutation.parse(body(request), config);
    RunRow row = parents.view(flowId).run(flowId, run).orElseThrow(() -> unknownRun(flowId, run));
    List<String> immutable =
        mutation.toRemove().stream().filter(row.systemTags()::contains).distinct().toList();
    if (!immutable.isEmpty()) {
      throw Rejection.unprocessable(
          "cannot remove system tags of run " + flowId + "/" + run + ": " + immutable);
    }
    long now = clock.millis();
    var event =
        new RunTagsMutated(
            EventIds.next(now),
            flowId,
            row.number(),
            mutation.toRemove(),
            mutation.toAdd(),
            now,
            origin(request),
            config.writtenBy());
    writer.write(
        request,
        flowId,
        event,
        view -> Buffer.buffer("{\"tags\": " + run(view, flowId, row.number()).tagsJson() + "}"),
        () -> {
          throw Rejection.unavailable(
              "the tags of run " + flowId + "/" + run + " have changed, but cannot be read now");
        });
  }

  // ---- heartbeats ------------------------------------------------------------------------------

  private void beatRun(RoutingContext request) {
    Path path = path(request);
    String flowId = path.flow();
    beat(request, flowId, runNumber(flowId, path.run()), Optional.empty());
  }

  private void beatTask(RoutingContext request) {
    TaskPath path = TaskPath.of(path(request));
    long run = runNumber(path.flowId(), path.run());
    long task =
        parents
            .task(path.flowId(), run, path.stepName(), path.task())
            .orElseThrow(() -> Rejection.notFound(path + " is not registered"));
    beat(request, path.flowId(), run, Optional.of(task));
  }

  private void beat(RoutingContext request, String flowId, long run, Optional<Long> task) {
    Context context = request.vertx().getOrCreateContext();
    heartbeats
        .beat(flowId, run, task, clock.millis())
        .onFailure(
            failure ->
                context.runOnContext(
                    on ->
                        request.fail(
                            failure instanceof Exception cause
                                ? Writer.rejection(cause)
                                : failure)))
        .onSuccess(
            position ->
                readModel.awaitApplied(
                    position,
                    new ReadModel.AppliedWaiter() {
                      @Override
                      public void applied() {
                        context.runOnContext(on -> Writer.answer(request, position, BEAT));
                      }

                      @Override
                      public void unavailable(ViewUnavailableException reason) {
                        applied(); // it is in the log, and the client needs to know no more
                      }
                    }));
  }

  // ---- steps that several writes have ----------------------------------------------------------

  private Path path(RoutingContext request) {
    return new Path(request, config);
  }

  private static byte[] body(RoutingContext request) {
    Buffer body = request.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  /** Whose task a request is about, as its path says. */
  private record TaskPath(String flowId, Identifier run, String stepName, Identifier task) {
    static TaskPath of(Path path) {
      return new TaskPath(path.flow(), path.run(), path.step(), path.task());
    }

    @Override
    public String toString() {
      return "task " + flowId + "/" + run + "/" + stepName + "/" + task;
    }
  }

  private record TaskNumber(long run, long task) {}

  private long runNumber(String flowId, Identifier run) {
    return parents.run(flowId, run).orElseThrow(() -> unknownRun(flowId, run));
  }

  private TaskNumber taskNumber(TaskPath path) {
    return parents
        .run(path.flowId(), path.run())
        .flatMap(
            run ->
                parents
                    .task(path.flowId(), run, path.stepName(), path.task())
                    .map(task -> new TaskNumber(run, task)))
        .orElseThrow(() -> Rejection.badRequest(TASK_UNKNOWN));
  }

  private static RuntimeException unknownRun(String flowId, Identifier run) {
    return Rejection.notFound("run " + flowId + "/" + run + " is not registered");
  }

  private interface Question {
    boolean of(View view);
  }

  /** No, where no view can be asked: then the projection decides who was first. */
  private boolean exists(String flowId, Question question) {
    try {
      return question.of(parents.view(flowId));
    } catch (ViewUnavailableException notNow) {
      return false;
    }
  }

  private void number(RoutingContext request, Sequences.Name name, Consumer<Long> next) {
    numbers(request, name, 1, numbers -> next.accept(numbers[0]));
  }

  private void numbers(
      RoutingContext request, Sequences.Name name, int count, Consumer<long[]> next) {
    Context context = request.vertx().getOrCreateContext();
    Thread caller = Thread.currentThread();
    sequences.take(
        name,
        count,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            if (Thread.currentThread() == caller) {
              next.accept(numbers);
            } else {
              context.runOnContext(on -> resume(numbers));
            }
          }

          private void resume(long[] numbers) {
            try {
              next.accept(numbers);
            } catch (RuntimeException e) {
              request.fail(e);
            }
          }

          @Override
          public void failed(Exception cause) {
            context.runOnContext(on -> request.fail(Writer.rejection(cause)));
          }
        });
  }

  private static RunRow run(View view, String flowId, long number) {
    return view.run(flowId, new Identifier.Number(number))
        .orElseThrow(() -> vanished("run " + flowId + "/" + number));
  }

  private static Optional<StepRow> step(View view, String flowId, long run, String stepName) {
    return view.run(flowId, new Identifier.Number(run)).flatMap(row -> view.step(row, stepName));
  }

  private static void checkFirst(EventKey creator, EventKey own, String what) {
    if (!creator.equals(own)) {
      throw Rejection.exists(what);
    }
  }

  private static RuntimeException vanished(String what) {
    return new IllegalStateException(what + " was applied, but is not in the view");
  }

  private static RuntimeException undecided(String what) {
    return Rejection.unavailable(
        "it cannot be said now whether this request or another one made " + what + ", try again");
  }

  private static RunRow unseen(String flowId, Identifier run, long number, Registration body) {
    return RunRow.unseen(
        flowId, run, number, listOrEmpty(body.tags()), listOrEmpty(body.systemTags()));
  }

  private static List<String> listOrEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static @Nullable Long firstHeartbeat(Registration body, long epochMillis) {
    return MetaflowVersion.sendsHeartbeats(body.systemTags()) ? epochMillis / MILLIS : null;
  }

  private static Origin origin(RoutingContext request) {
    SocketAddress peer = request.request().remoteAddress();
    return new Origin(null, peer == null ? null : peer.hostAddress());
  }

  private interface Renderer {
    void render(Sink sink);
  }

  private static Buffer rendered(Renderer renderer) {
    Buffer buffer = Buffer.buffer(512);
    renderer.render(buffer::appendBytes);
    return buffer;
  }
}
