package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * The endpoint that tells what differs between a run at two moments, or between two runs of a flow:
 * {@code GET /flows/{flow}/runs/{run}/diff}.
 */
final class DiffRoutes implements Routes {

  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String OTHER = "run";

  private final Reads reads;
  private final MomentReads moments;

  DiffRoutes(Reads reads, MomentReads moments) {
    this.reads = reads;
    this.moments = moments;
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, Read.RUN + "/diff", this::diff);
  }

  private void diff(Read read) {
    RunRow run = read.existingRun(read.view());
    Optional<String> other = Optional.ofNullable(read.parameters().get(OTHER));
    boolean hasMoments = read.parameters().contains(FROM) || read.parameters().contains(TO);
    if (read.parameters().contains(Moment.AS_OF)) {
      throw RefusedException.malformed("a diff has two moments: " + FROM + " and " + TO);
    }
    if (other.isPresent() && hasMoments) {
      throw RefusedException.malformed(
          "either two moments of one run can be compared, or two runs");
    }
    moments
        .inStretches(
            () -> other.isPresent() ? ofRuns(read, run, other.get()) : ofMoments(read, run))
        .onSuccess(json -> ObjectAnswer.json(read.request(), sink -> sink.write(json)))
        .onFailure(read.request()::fail);
  }

  private Future<byte[]> ofRuns(Read read, RunRow run, String other) {
    return moments.stretch(
        () -> {
          View view = read.view();
          RunRow to =
              view.run(read.flowId(), Identifier.parse(other))
                  .orElseThrow(
                      () -> RefusedException.notRegistered("run " + read.flowId() + "/" + other));
          return RunDiff.toJson(whole(view, run), whole(view, to)).toBytes();
        });
  }

  private static RunDiff.Side whole(View view, RunRow run) {
    return new RunDiff.Side(
        Pathspec.of(run), "", RunPicture.of(view, run, RunPicture.TaskNames.BY_PLACE));
  }

  private Future<byte[]> ofMoments(Read read, RunRow run) {
    Optional<Moment> from = Moment.of(read.parameters(), FROM);
    Optional<Moment> to = Moment.of(read.parameters(), TO);
    Future<Moment> first =
        from.map(Future::succeededFuture)
            .orElseGet(() -> moments.stretch(() -> new Moment.After(registration(read, run))));
    return first
        .compose(moment -> sideAt(read, run, moment))
        .compose(
            before ->
                to.map(moment -> sideAt(read, run, moment))
                    .orElseGet(() -> moments.stretch(() -> sideNow(read, run)))
                    .compose(
                        after -> moments.stretch(() -> RunDiff.toJson(before, after).toBytes())));
  }

  private static RunDiff.Side sideNow(Read read, RunRow run) {
    return new RunDiff.Side(
        Pathspec.of(run), "", RunPicture.of(read.view(), run, RunPicture.TaskNames.OWN));
  }

  private Future<RunDiff.Side> sideAt(Read read, RunRow run, Moment moment) {
    return moments.stretch(moment, read.flowId(), () -> pastSide(read, run, moment));
  }

  private static RunDiff.Side pastSide(Read read, RunRow run, Moment moment) {
    Optional<RunRow> of = Optional.of(run);
    Past past = Past.find(moment, read.readModel(), read.flowId(), of, read.clock());
    try (PastState state = past.open(read.readModel(), read.flowId(), of)) {
      RunPicture contents =
          state
              .view()
              .run(read.flowId(), new Identifier.Number(run.number()))
              .map(row -> RunPicture.of(state.view(), row, RunPicture.TaskNames.OWN))
              .orElseGet(RunPicture::empty);
      return new RunDiff.Side(Pathspec.of(run), moment.toString(), contents);
    }
  }

  private static Position registration(Read read, RunRow run) {
    View view = read.view();
    return Position.event(
        read.partition(),
        Past.registration(
            view, Envelope.Kind.RUN, visitor -> view.runEvents(run.number(), 0, visitor)));
  }
}
