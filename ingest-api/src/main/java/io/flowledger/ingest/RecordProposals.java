package io.flowledger.ingest;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the events by which tasks record things and tags change, and finds what they have made. */
final class RecordProposals {

  private RecordProposals() {}

  /** A task that is there. */
  record OfTask(String flowId, long run, String stepName, long task) {}

  /** Makes as many as it has entries. */
  static Proposal<Integer> metadata(OfTask task, List<MetadataEntry> entries, Stamps.Stamp stamp) {
    var event =
        new MetadataRecorded(
            stamp.eventId(),
            task.flowId(),
            task.run(),
            task.stepName(),
            task.task(),
            entries,
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            stamp.key().inEvent());
    return new Proposal<>(
        task.flowId(),
        stamp.key(),
        event,
        Proposal.Made.of(stamp, 0),
        metadataMade(entries.size()),
        entries::size);
  }

  static Proposal.ReadBack<Integer> metadataMade(int entries) {
    return (view, made) -> entries;
  }

  /** Makes those of its entries whose artifact was not there before. */
  static Proposal<BitSet> artifacts(OfTask task, List<ArtifactEntry> entries, Stamps.Stamp stamp) {
    var event =
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
            stamp.key().inEvent());
    return new Proposal<>(
        task.flowId(),
        stamp.key(),
        event,
        Proposal.Made.of(stamp, 0),
        artifactsMade(task.task(), entries),
        () -> {
          BitSet all = new BitSet();
          all.set(0, entries.size());
          return all;
        });
  }

  private record Identity(int attempt, String name) {}

  /** The entries whose artifact an event was the first to record. */
  static Proposal.ReadBack<BitSet> artifactsMade(long task, List<ArtifactEntry> entries) {
    return (view, made) -> {
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
    };
  }

  // ---- tags ------------------------------------------------------------------------------------

  /** Makes the tags that result, as a JSON list. */
  static Proposal<String> tags(
      Proposals.OfRun run, List<String> systemTags, TagMutation mutation, Stamps.Stamp stamp) {
    List<String> immutable =
        mutation.toRemove().stream().filter(systemTags::contains).distinct().toList();
    if (!immutable.isEmpty()) {
      throw RefusedException.otherRequest(
          "cannot remove system tags of run " + run + ": " + immutable);
    }
    var event =
        new RunTagsMutated(
            stamp.eventId(),
            run.flowId(),
            run.number(),
            mutation.toRemove(),
            mutation.toAdd(),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            stamp.key().inEvent());
    return new Proposal<>(
        run.flowId(),
        stamp.key(),
        event,
        Proposal.Made.of(stamp, 0),
        tagsMade(run),
        () -> {
          throw RefusedException.unavailable(
              "the tags of run " + run + " have changed, but cannot be read now");
        });
  }

  static Proposal.ReadBack<String> tagsMade(Proposals.OfRun run) {
    return (view, made) ->
        view.run(run.flowId(), new Identifier.Number(run.number()))
            .map(RunRow::tagsJson)
            .orElseThrow(() -> new IllegalStateException("run " + run + " has vanished"));
  }
}
