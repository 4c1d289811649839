package io.flowledger.query.diff;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.query.answer.ObjectAnswer;
import io.flowledger.query.answer.Pathspec;
import io.flowledger.query.request.Moment;
import io.flowledger.query.request.MomentInLog;
import io.flowledger.query.request.MomentReads;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.Reading;
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
public final class DiffRoutes implements Routes {

  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String OTHER = "run";

  private final ReadEndpoints reads;
  private final MomentReads moments;

  public DiffRoutes(ReadEndpoints reads, MomentReads moments) {
    this.reads = reads;
    this.moments = moments;
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, ReadRequest.RUN + "/diff", this::diff);
  }

  private void diff(ReadRequest read) {
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
            read.request(),
            reading ->
                other.isPresent()
                    ? ofRuns(reading, read, run, other.get())
                    : ofMoments(reading, read, run))
        .onSuccess(json -> ObjectAnswer.json(read.request(), sink -> sink.write(json)))
        .onFailure(read.request()::fail);
  }

  private Future<byte[]> ofRuns(Reading reading, ReadRequest read, RunRow run, String other) {
    return reading.stretch(
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
        Pathspec.of(run), "", RunContents.of(view, run, RunContents.TaskNames.BY_PLACE));
  }

  private Future<byte[]> ofMoments(Reading reading, ReadRequest read, RunRow run) {
    Optional<Moment> from = Moment.of(read.parameters(), FROM);
    Optional<Moment> to = Moment.of(read.parameters(), TO);
    Future<Moment> first =
        from.map(Future::succeededFuture)
            .orElseGet(() -> reading.stretch(() -> new Moment.After(registration(read, run))));
    return first
        .compose(moment -> sideAt(reading, read, run, moment))
        .compose(
            before ->
                to.map(moment -> sideAt(reading, read, run, moment))
                    .orElseGet(() -> reading.stretch(() -> sideNow(read, run)))
                    .compose(
                        after -> reading.stretch(() -> RunDiff.toJson(before, after).toBytes())));
  }

  private static RunDiff.Side sideNow(ReadRequest read, RunRow run) {
    return new RunDiff.Side(
        Pathspec.of(run), "", RunContents.of(read.view(), run, RunContents.TaskNames.OWN));
  }

  private Future<RunDiff.Side> sideAt(
      Reading reading, ReadRequest read, RunRow run, Moment moment) {
    return moments.stretch(reading, moment, read.flowId(), () -> pastSide(read, run, moment));
  }

  private static RunDiff.Side pastSide(ReadRequest read, RunRow run, Moment moment) {
    Optional<RunRow> of = Optional.of(run);
    MomentInLog past = MomentInLog.find(moment, read.readModel(), read.flowId(), of, read.clock());
    try (PastState state = past.open(read.readModel(), read.flowId(), of)) {
      RunContents contents =
          state
              .view()
              .run(read.flowId(), new Identifier.Number(run.number()))
              .map(row -> RunContents.of(state.view(), row, RunContents.TaskNames.OWN))
              .orElseGet(RunContents::empty);
      return new RunDiff.Side(Pathspec.of(run), moment.toString(), contents);
    }
  }

  private static Position registration(ReadRequest read, RunRow run) {
    View view = read.view();
    return Position.event(
        read.partition(),
        MomentInLog.registration(
            view, Envelope.Kind.RUN, visitor -> view.runEvents(run.number(), 0, visitor)));
  }
}
