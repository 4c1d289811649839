package io.flowledger.query.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.ObjectAnswer;
import io.flowledger.query.request.Cursors;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.regex.Pattern;

/** The endpoints that answer with an artifact, or list those of a run, step, task or attempt. */
public final class ArtifactRoutes implements Routes {

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private final ReadEndpoints reads;
  private final ListAnswer listAnswer;
  private final PageLimits limits;

  public ArtifactRoutes(ReadEndpoints reads, ReadThreads scans, PageLimits limits) {
    this.reads = reads;
    this.listAnswer = new ListAnswer(scans);
    this.limits = limits;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, ReadRequest.TASK + "/artifacts/:name", this::artifact);
    reads.get(router, ReadRequest.TASK + "/artifacts", this::taskArtifacts);
    reads.get(
        router, ReadRequest.TASK + "/artifacts/:name/attempt/:attempt", this::artifactOfAttempt);
    reads.get(router, ReadRequest.TASK + "/attempt/:attempt/artifacts", this::artifactsOfAttempt);
    reads.get(router, ReadRequest.STEP + "/artifacts", this::stepArtifacts);
    reads.get(router, ReadRequest.RUN + "/artifacts", this::runArtifacts);
  }

  private void artifact(ReadRequest read) {
    artifact(read, (view, task) -> ArtifactListings.latestAttempt(view, task.id()));
  }

  private void artifactOfAttempt(ReadRequest read) {
    int attempt = attempt(read);
    artifact(read, (view, task) -> attempt);
  }

  private interface AttemptOf {
    int task(View view, TaskRow task);
  }

  private void artifact(ReadRequest read, AttemptOf attemptOf) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    TaskRow task = read.existingTask(view, run);
    String name = read.path("name");
    ArtifactRow artifact =
        view.artifacts(task.id(), attemptOf.task(view, task))
            .find(name)
            .orElseThrow(() -> unknownArtifact(read, name));
    ObjectAnswer.text(read.request(), sink -> artifact.render(run, sink));
  }

  private static RefusedException unknownArtifact(ReadRequest read, String name) {
    String attempt = read.path("attempt") == null ? "" : " of attempt " + read.path("attempt");
    return RefusedException.notRegistered("artifact " + read.taskPath() + "/" + name + attempt);
  }

  private void runArtifacts(ReadRequest read) {
    artifacts(read, (view, run) -> Optional.of(new ArtifactScope.OfRun(run.number())));
  }

  private void stepArtifacts(ReadRequest read) {
    String stepName = read.stepName();
    artifacts(read, (view, run) -> Optional.of(new ArtifactScope.OfStep(run.number(), stepName)));
  }

  private void taskArtifacts(ReadRequest read) {
    artifacts(
        read, (view, run) -> read.task(view, run).map(task -> new ArtifactScope.OfTask(task.id())));
  }

  private interface ScopeOf {
    Optional<ArtifactScope> run(View view, RunRow run);
  }

  /** The whole listing and its pages show the same in different orders, as the reference does. */
  private void artifacts(ReadRequest read, ScopeOf scopeOf) {
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Optional<ArtifactScope> scope = run.flatMap(found -> scopeOf.run(view, found));
    Listing.Renderer<ArtifactRow> renderer =
        (artifact, sink) -> run.ifPresent(found -> artifact.render(found, sink));
    Optional<Paging> paging = Paging.of(read.parameters(), false, limits);
    if (paging.isPresent()) {
      listAnswer.page(
          read.request(),
          ListFormat.TEXT,
          paging.get(),
          Listing.ofFound(
              scope,
              found ->
                  Listing.all(
                      ArtifactListings.newest(view, found), ArtifactListings::place, renderer),
              ArtifactListings::place),
          paging.get().cursor().map(Cursors::artifact),
          Cursors::ofArtifact);
    } else {
      listAnswer.whole(
          read.request(),
          ListFormat.TEXT,
          Listing.ofFound(
              scope,
              found ->
                  Listing.all(
                      ArtifactListings.ofLatestAttempts(view, found),
                      ArtifactListings::placeByAttempt,
                      renderer),
              ArtifactListings::placeByAttempt));
    }
  }

  private void artifactsOfAttempt(ReadRequest read) {
    int attempt = attempt(read);
    View view = read.view();
    Optional<RunRow> run = read.run(view);
    Optional<TaskRow> task = run.flatMap(found -> read.task(view, found));
    listAnswer.whole(
        read.request(),
        ListFormat.TEXT,
        Listing.ofFound(
            task,
            found ->
                Listing.all(
                    ArtifactListings.ofAttempt(view, new ArtifactScope.OfTask(found.id()), attempt),
                    ArtifactListings::place,
                    (artifact, sink) -> run.ifPresent(of -> artifact.render(of, sink))),
            ArtifactListings::place));
  }

  private static int attempt(ReadRequest read) {
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
}
