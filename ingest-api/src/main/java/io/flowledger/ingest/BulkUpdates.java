package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.BulkObject.Run;
import io.flowledger.ingest.BulkObject.Task;
import io.flowledger.ingest.BulkObject.There;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The entries of a bulk request that change tags of runs, or say that something is alive. */
final class BulkUpdates {

  private final BulkTools tools;
  private final Heartbeats heartbeats;
  private final Clock clock;
  private final SerialTasks tasks;

  BulkUpdates(BulkTools tools, Heartbeats heartbeats, Clock clock, SerialTasks tasks) {
    this.tools = tools;
    this.heartbeats = heartbeats;
    this.clock = clock;
    this.tasks = tasks;
  }

  // ---- tags ------------------------------------------------------------------------------------

  void tags(int index, BulkEntry.Tags entry, JsonPiece piece) {
    Run run = tools.objects().run(entry.place());
    IdempotencyKey key = tools.key(index, piece);
    Consumer<Throwable> reject = cause -> tools.outcomes().reject(index, cause);
    tools.plan(
        () ->
            BulkTools.whenThere(
                run.there(), found -> mutate(index, run, found, entry.mutation(), key), reject),
        reject);
  }

  private void mutate(int index, Run run, There found, TagMutation mutation, IdempotencyKey key) {
    Proposals.OfRun of = run.known(found);
    Proposal.ReadBack<Boolean> readBack = (view, made) -> true; // the line does not tell the tags
    Optional<Proposal.Outcome<Boolean>> earlier = tools.earlier(of.flowId(), key, readBack);
    if (earlier.isPresent()) {
      told(index, tools.outcomes().created(), earlier.get().position());
      return;
    }
    // What the request has made may be in no view yet.
    List<String> systemTags = found.made() ? run.sentSystemTags() : systemTags(of);
    Proposal<String> tags = RecordProposals.tags(of, systemTags, mutation, tools.stamp(key));
    tools
        .appender()
        .append(
            new Proposal<>(tags.flowId(), key, tags.event(), tags.own(), readBack, () -> true),
            new BulkAppender.Progress<Boolean>() {
              @Override
              public boolean appended(Position position) {
                if (tools.outcomes().async()) {
                  told(index, BulkResult.APPENDED, position);
                }
                return !tools.outcomes().async();
              }

              @Override
              public void made(Proposal.Outcome<? extends Boolean> outcome) {
                told(index, BulkResult.CREATED, outcome.position());
              }

              @Override
              public void failed(Throwable cause) {
                tools.outcomes().reject(index, cause);
              }
            });
  }

  private List<String> systemTags(Proposals.OfRun run) {
    return tools
        .parents()
        .view(run.flowId())
        .run(run.flowId(), new Identifier.Number(run.number()))
        .map(RunRow::systemTags)
        .orElseThrow(() -> Parents.unknownRun(run.flowId(), run.run()));
  }

  // ---- heartbeats ------------------------------------------------------------------------------

  void beat(int index, BulkEntry.Beat entry) {
    Consumer<Throwable> reject = cause -> tools.outcomes().reject(index, cause);
    if (entry.place().task() == null) {
      Run run = tools.objects().run(entry.place());
      tools.plan(
          () ->
              BulkTools.whenThere(
                  run.there(),
                  found -> beat(index, run.flowId(), found.number(), Optional.empty()),
                  reject),
          reject);
      return;
    }
    Task task =
        tools
            .objects()
            .task(entry.place())
            .orElseThrow(
                () -> RefusedException.unknown(describe(entry.place()) + " is not registered"));
    tools.plan(
        () ->
            BulkTools.whenThere(
                task.there(),
                found -> {
                  RecordProposals.OfTask of = task.known(found);
                  beat(index, of.flowId(), of.run(), Optional.of(of.task()));
                },
                reject),
        reject);
  }

  private static String describe(BulkEntry.Place place) {
    return "task %s/%s/%s/%s"
        .formatted(place.flowId(), place.run(), place.stepName(), place.task());
  }

  private void beat(int index, String flowId, long run, Optional<Long> task) {
    Future<Position> appended = heartbeats.beat(flowId, run, task, clock.millis());
    appended.onComplete(end -> tasks.run(() -> beaten(index, appended)));
  }

  private void beaten(int index, Future<Position> appended) {
    if (appended.failed()) {
      Throwable cause = appended.cause();
      tools
          .outcomes()
          .reject(index, cause instanceof Exception failure ? Writer.rejection(failure) : cause);
      return;
    }
    Position position = appended.result();
    if (tools.outcomes().async()) {
      told(index, BulkResult.APPENDED, position);
    } else {
      // It is in the log, and the client needs to know no more where no view can be read.
      tools.appender().awaitApplied(position, applied -> told(index, BulkResult.CREATED, position));
    }
  }

  private void told(int index, BulkResult result, Position position) {
    tools.outcomes().tell(index, result, line -> {}, Optional.of(position));
  }
}
