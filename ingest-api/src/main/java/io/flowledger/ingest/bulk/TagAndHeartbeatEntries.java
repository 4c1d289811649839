package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.body.TagMutation;
import io.flowledger.ingest.bulk.NamedObject.Run;
import io.flowledger.ingest.bulk.NamedObject.Task;
import io.flowledger.ingest.bulk.NamedObject.There;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.RecordProposals;
import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.ingest.write.RunTags;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The entries of a bulk request that change tags of runs, or say that something is alive. */
final class TagAndHeartbeatEntries {

  private static final long[] NO_NUMBERS = {};

  private final BulkContext context;
  private final HeartbeatWrites heartbeats;
  private final Clock clock;
  private final Map<Long, RunTags> tagsOfRuns = new HashMap<>(); // as this request changes them

  TagAndHeartbeatEntries(BulkContext context, HeartbeatWrites heartbeats, Clock clock) {
    this.context = context;
    this.heartbeats = heartbeats;
    this.clock = clock;
  }

  // ---- tags ------------------------------------------------------------------------------------

  void tags(int index, BulkEntry.Tags entry, JsonPiece piece) {
    Run run = context.objects().run(entry.place());
    IdempotencyKey key = context.key(index, piece);
    Consumer<Throwable> reject = cause -> context.outcomes().reject(index, cause);
    context.plan(
        () ->
            BulkContext.whenThere(
                run.there(), found -> mutate(index, run, found, entry.mutation(), key), reject),
        reject);
  }

  private void mutate(int index, Run run, There found, TagMutation mutation, IdempotencyKey key) {
    RegisteredRun of = run.known(found);
    // The line does not tell the tags, and what has been done before changes none.
    RunTags none = new RunTags(List.of(), List.of());
    Optional<Proposal.Outcome<Boolean>> earlier =
        context.earlier(RecordProposals.tags(of, none, mutation, key).told(true));
    if (earlier.isPresent()) {
      told(index, context.outcomes().created(), earlier.get().position());
      return;
    }
    // What the request has made may be in no view yet.
    RunTags tags =
        tagsOfRuns.computeIfAbsent(
            of.number(),
            number -> found.made() ? new RunTags(run.sentSystemTags(), List.of()) : tagsInView(of));
    context.append(
        RecordProposals.tags(of, tags, mutation, key).told(true),
        NO_NUMBERS,
        new Appender.Progress<Boolean>() {
          @Override
          public boolean appended(Position position) {
            if (context.outcomes().async()) {
              told(index, BulkResult.APPENDED, position);
            }
            return !context.outcomes().async();
          }

          @Override
          public void made(Proposal.Outcome<? extends Boolean> outcome) {
            told(index, BulkResult.CREATED, outcome.position());
          }

          @Override
          public void failed(Throwable cause) {
            context.outcomes().reject(index, cause);
          }
        });
  }

  private RunTags tagsInView(RegisteredRun run) {
    RunRow row = context.parents().requireRow(run.flowId(), new Identifier.Number(run.number()));
    return new RunTags(row.systemTags(), row.tags());
  }

  // ---- heartbeats ------------------------------------------------------------------------------

  void beat(int index, BulkEntry.Beat entry) {
    Consumer<Throwable> reject = cause -> context.outcomes().reject(index, cause);
    if (entry.place().task() == null) {
      Run run = context.objects().run(entry.place());
      context.plan(
          () ->
              BulkContext.whenThere(
                  run.there(),
                  found -> beat(index, run.flowId(), found.number(), Optional.empty()),
                  reject),
          reject);
      return;
    }
    Task task =
        context
            .objects()
            .task(entry.place())
            .orElseThrow(() -> RefusedException.notRegistered(describe(entry.place())));
    context.plan(
        () ->
            BulkContext.whenThere(
                task.there(),
                found -> {
                  RegisteredTask of = task.known(found);
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
    heartbeats
        .beat(flowId, run, task, clock.millis())
        .whenComplete(
            (position, failure) ->
                context
                    .turns()
                    .execute(
                        () -> {
                          if (failure != null) {
                            context.outcomes().reject(index, AppendFailure.refusal(failure));
                          } else {
                            beaten(index, position);
                          }
                        }));
  }

  private void beaten(int index, Position position) {
    if (context.outcomes().async()) {
      told(index, BulkResult.APPENDED, position);
    } else {
      // It is in the log, and the client needs to know no more where no view can be read.
      context
          .appender()
          .awaitApplied(
              position,
              context.turns(),
              applied -> told(index, BulkResult.CREATED, position),
              unknown -> context.outcomes().reject(index, unknown));
    }
  }

  private void told(int index, BulkResult result, Position position) {
    context.outcomes().tell(index, result, line -> {}, Optional.of(position));
  }
}
