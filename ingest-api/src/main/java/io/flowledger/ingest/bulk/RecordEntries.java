package io.flowledger.ingest.bulk;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.body.MetadataInput;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.RecordProposals;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.Position;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a bulk request that record metadata and artifacts of tasks. Those that follow each
 * other and name the same task become one event, up to a size: so they cost little more than one.
 * Nothing but the request decides which do, so that a repetition of it makes the same events.
 */
final class RecordEntries {

  private final BulkContext context;
  private final List<EventGroup<?, ?>> groups = new ArrayList<>(); // of this stretch
  private @Nullable MetadataGroup lastMetadata;
  private @Nullable ArtifactGroup lastArtifacts;

  RecordEntries(BulkContext context) {
    this.context = context;
  }

  void metadata(int index, BulkEntry.Metadata entry, JsonPiece piece) {
    MetadataGroup group = lastMetadata;
    if (group == null || !group.hasRoom(entry.place(), piece.length())) {
      group = begin(new MetadataGroup(entry.place()));
      lastMetadata = group;
    }
    group.add(index, entry.entries(), entry.listed(), piece);
  }

  void artifacts(int index, BulkEntry.Artifacts entry, JsonPiece piece) {
    ArtifactGroup group = lastArtifacts;
    if (group == null || !group.hasRoom(entry.place(), piece.length())) {
      group = begin(new ArtifactGroup(entry.place()));
      lastArtifacts = group;
    }
    group.add(index, entry.entries(), entry.listed(), piece);
  }

  private <G extends EventGroup<?, ?>> G begin(G group) {
    groups.add(group);
    context.steps().accept(group);
    return group;
  }

  /** No more entries come before what has come is appended. */
  void endOfStretch() {
    if (context.key().isPresent()) {
      groups.forEach(EventGroup::lookUp);
      recall();
    }
    groups.clear();
    endOfGroups();
  }

  /** What comes may have been told by an entry in between where its task is. */
  void endOfGroups() {
    lastMetadata = null;
    lastArtifacts = null;
  }

  /**
   * What comes does not belong to what came before, though there may be nothing in between here.
   */
  void endOfGroups(BulkEntry before) {
    if (before instanceof BulkEntry.Metadata) {
      lastMetadata = null;
    } else if (before instanceof BulkEntry.Artifacts) {
      lastArtifacts = null;
    }
  }

  /** Learns the numbers of metadata that an earlier sending has recorded, with few reads. */
  private void recall() {
    Map<Integer, SortedMap<Long, MetadataGroup>> byPlace = new HashMap<>();
    for (EventGroup<?, ?> group : groups) {
      if (group instanceof MetadataGroup metadata && metadata.earlier().isPresent()) {
        Position position = metadata.earlier().get().position();
        byPlace
            .computeIfAbsent(position.partition(), partition -> new TreeMap<>())
            .put(position.offset(), metadata);
      }
    }
    byPlace.forEach(this::recall);
  }

  private void recall(int partition, SortedMap<Long, MetadataGroup> byOffset) {
    long[] offsets = byOffset.keySet().stream().mapToLong(Long::longValue).toArray();
    try {
      context
          .readModel()
          .events(
              partition,
              offsets,
              logged -> {
                MetadataGroup group = byOffset.get(logged.offset());
                if (group != null && logged.event() instanceof MetadataRecorded metadata) {
                  group.learn(metadata);
                }
                return true;
              });
    } catch (LogUnavailableException e) {
      byOffset.values().forEach(group -> group.refuseAll(e));
    }
  }

  private final class MetadataGroup extends EventGroup<MetadataInput, Integer> {

    private long[] ids = {};

    MetadataGroup(BulkEntry.Place place) {
      super(context, place);
    }

    @Override
    public Optional<Sequences.Name> sequence() {
      return isToBeAppended() ? Optional.of(Sequences.Name.METADATA) : Optional.empty();
    }

    @Override
    public int count() {
      return isToBeAppended() ? entries().size() : 0;
    }

    @Override
    Proposal.Draft<Integer> draft(RegisteredTask of, IdempotencyKey key) {
      return RecordProposals.metadata(of, entries(), key);
    }

    @Override
    void numbered(long[] numbers) {
      ids = numbers;
    }

    void learn(MetadataRecorded event) {
      ids = event.getEntries().stream().mapToLong(MetadataEntry::getId).toArray();
    }

    @Override
    public void made(Proposal.Outcome<? extends Integer> outcome) {
      if (!outcome.replayed()) {
        tell(outcome);
        return;
      }
      Position position = outcome.position();
      SortedMap<Long, MetadataGroup> itself = new TreeMap<>(Map.of(position.offset(), this));
      recall(position.partition(), itself);
      if (isRefused()) {
        refuseNow();
      } else {
        tell(outcome);
      }
    }

    @Override
    void describe(Member member, JsonText line) {
      if (!member.listed()) {
        line.raw(", \"id\": ").number(ids[member.first()]);
        return;
      }
      line.raw(", \"ids\": [");
      for (int i = 0; i < member.count(); i++) {
        line.raw(i == 0 ? "" : ", ").number(ids[member.first() + i]);
      }
      line.raw("]");
    }
  }

  private final class ArtifactGroup extends EventGroup<ArtifactEntry, BitSet> {

    ArtifactGroup(BulkEntry.Place place) {
      super(context, place);
    }

    @Override
    public Optional<Sequences.Name> sequence() {
      return Optional.empty();
    }

    @Override
    public int count() {
      return 0;
    }

    @Override
    Proposal.Draft<BitSet> draft(RegisteredTask of, IdempotencyKey key) {
      return RecordProposals.artifacts(of, entries(), key);
    }

    @Override
    void tell(Proposal.Outcome<? extends BitSet> outcome) {
      for (Member member : members()) {
        int end = member.first() + member.count();
        int created = outcome.made().get(member.first(), end).cardinality();
        tell(
            member,
            created > 0 || member.count() == 0 ? context.outcomes().created() : BulkResult.EXISTS,
            line -> {
              if (member.listed()) {
                line.raw(", \"artifacts_created\": ").number(created);
              }
            },
            Optional.of(outcome.position()));
      }
    }
  }
}
