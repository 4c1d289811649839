package io.flowledger.ingest.write;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.MetadataInput;
import io.flowledger.ingest.body.TagMutation;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Proposal.Content;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.Proposal.Made;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Drafts of the events by which tasks record things and tags change, and what those have made. */
public final class RecordProposals {

  private RecordProposals() {}

  /** Makes as many as it has entries. */
  public static Draft<Integer> metadata(
      RegisteredTask task, List<MetadataInput> entries, IdempotencyKey key) {
    return new Draft<>(
        task.flowId(),
        key,
        Optional.of(Sequences.Name.METADATA),
        entries.size(),
        (view, made) -> entries.size(),
        (numbers, stamp) ->
            new Content<>(
                new MetadataRecorded(
                    stamp.eventId(),
                    task.flowId(),
                    task.run(),
                    task.stepName(),
                    task.task(),
                    MetadataInput.numbered(entries, numbers),
                    stamp.epochMillis(),
                    stamp.origin(),
                    stamp.writtenBy(),
                    stamp.key().inEvent()),
                entries::size));
  }

  /** Makes those of its entries whose artifact was not there before. */
  public static Draft<BitSet> artifacts(
      RegisteredTask task, List<ArtifactEntry> entries, IdempotencyKey key) {
    return Draft.of(
        task.flowId(),
        key,
        (view, made) -> firstRecorded(view, made, task.task(), entries),
        (numbers, stamp) ->
            new Content<>(
                new ArtifactsRecorded(
                    stamp.eventId(),
                    task.flowId(),
                    task.run(),
                    task.stepName(),
                    task.task(),
                    entries,
                    stamp.epochMillis(),
                    stamp.origin(),
                    stamp.writtenBy(),
                    stamp.key().inEvent()),
                () -> allOf(entries)));
  }

  private static BitSet allOf(List<ArtifactEntry> entries) {
    BitSet all = new BitSet();
    all.set(0, entries.size());
    return all;
  }

  private record Identity(int attempt, String name) {}

  /** The entries whose artifact an event was the first to record. */
  private static BitSet firstRecorded(
      View view, Made made, long task, List<ArtifactEntry> entries) {
    Map<Integer, View.AttemptArtifacts> attempts = new HashMap<>();
    Set<Identity> seen = new HashSet<>();
    BitSet first = new BitSet();
    for (int i = 0; i < entries.size(); i++) {
      ArtifactEntry entry = entries.get(i);
      int attempt = entry.getAttemptId();
      boolean repeated = !seen.add(new Identity(attempt, entry.getName()));
      first.set(
          i,
          !repeated
              && attempts
                  .computeIfAbsent(attempt, unread -> view.artifacts(task, unread))
                  .find(entry.getName())
                  .filter(artifact -> artifact.creator().equals(made.event()))
                  .isPresent());
    }
    return first;
  }

  // ---- tags ------------------------------------------------------------------------------------

  /**
   * Makes the tags that result, as a JSON list.
   *
   * @param tags that it has
   */
  public static Draft<String> tags(
      RegisteredRun run, RunTags tags, TagMutation mutation, IdempotencyKey key) {
    return Draft.of(
        run.flowId(),
        key,
        (view, made) -> tagsOf(view, run),
        (numbers, stamp) -> {
          tags.change(run, mutation);
          return new Content<>(tagsEvent(run, mutation, stamp), () -> unreadable(run));
        });
  }

  private static RunTagsMutated tagsEvent(
      RegisteredRun run, TagMutation mutation, Stamps.Stamp stamp) {
    return new RunTagsMutated(
        stamp.eventId(),
        run.flowId(),
        run.number(),
        mutation.toRemove(),
        mutation.toAdd(),
        stamp.epochMillis(),
        stamp.origin(),
        stamp.writtenBy(),
        stamp.key().inEvent());
  }

  private static String tagsOf(View view, RegisteredRun run) {
    return view.run(run.flowId(), new Identifier.Number(run.number()))
        .map(RunRow::tagsJson)
        .orElseThrow(() -> new IllegalStateException("run " + run + " has vanished"));
  }

  private static String unreadable(RegisteredRun run) {
    throw RefusedException.unavailable(
        "the tags of run " + run + " have changed, but cannot be read now");
  }
}
