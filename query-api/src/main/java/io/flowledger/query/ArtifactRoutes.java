package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ArtifactRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.regex.Pattern;

/** The endpoints that answer with an artifact, or list those of a run, step, task or attempt. */
final class ArtifactRoutes implements Routes {

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private final Reads reads;
  private final ListAnswer listAnswer;
  private final PageLimits limits;

  ArtifactRoutes(Reads reads, ScanThreads scans, PageLimits limits) {
    this.reads = reads;
    this.listAnswer = new ListAnswer(scans);
    this.limits = limits;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, Read.TASK + "/artifacts/:name", this::artifact);
    reads.get(router, Read.TASK + "/artifacts", this::taskArtifacts);
    reads.get(router, Read.TASK + "/artifacts/:name/attempt/:attempt", this::artifactOfAttempt);
    reads.get(router, Read.TASK + "/attempt/:attempt/artifacts", this::artifactsOfAttempt);
    reads.get(router, Read.STEP + "/artifacts", this::stepArtifacts);
    reads.get(router, Read.RUN + "/artifacts", this::runArtifacts);
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
    Optional<Paging> paging = Paging.of(read.parameters(), false, limits);
    if (paging.isPresent()) {
      listAnswer.page(
          read.request(),
          ListFormat.TEXT,
          paging.get(),
          Listing.ofFound(
              scope,
              found -> Listing.all(Artifacts.newest(view, found), Artifacts::place, renderer),
              Artifacts::place),
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
        Listing.ofFound(
            task,
            found ->
                Listing.all(
                    Artifacts.ofAttempt(view, new Scope.OfTask(found.id()), attempt),
                    Artifacts::place,
                    (artifact, sink) -> run.ifPresent(of -> artifact.render(of, sink))),
            Artifacts::place));
  }

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
}
