package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkBody;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.bulk.entry.BulkEntryReader;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of a bulk request are carried out: each in the partition of its flow, together
 * with all that it refers to. It depends on nothing but the request, and so does what becomes of
 * the entries there: what counts beyond a part, it says of each.
 */
final class BulkPlaces {

  /** Of entries that are about no flow: they are refused, whatever the views say. */
  static final int NOWHERE = -1;

  private final ToIntFunction<String> partitionOf;
  private final int[] partitions;
  private final BitSet firsts = new BitSet();
  private final Map<Integer, RefusedException> refused = new TreeMap<>();
  private final Map<String, Integer> refs = new HashMap<>();
  private BulkEntry.@Nullable Place lastMetadata;
  private BulkEntry.@Nullable Place lastArtifacts;
  private int recorded;

  private BulkPlaces(int size, ToIntFunction<String> partitionOf) {
    this.partitions = new int[size];
    this.partitionOf = partitionOf;
  }

  /**
   * Reads a whole request, which takes a while.
   *
   * @param stretch entries of it after which nothing belongs to what came before
   * @param partitionOf the partition of a flow
   */
  static BulkPlaces of(
      BulkBody body,
      Limits limits,
      BulkLimits ofAll,
      int stretch,
      ToIntFunction<String> partitionOf) {
    BulkPlaces places = new BulkPlaces(body.size(), partitionOf);
    for (int index = 0; index < body.size(); index++) {
      if (index % stretch == 0) {
        places.endOfGroups();
      }
      places.add(index, body.entry(index), limits, ofAll);
    }
    places.refs.clear();
    return places;
  }

  /** The partition of an entry, or {@link #NOWHERE}. */
  int partition(int index) {
    return partitions[index];
  }

  /** The entries of metadata or artifacts that do not go on with what is before them. */
  BitSet firsts() {
    return firsts;
  }

  /** Entries that are refused since the whole request has too much. */
  Map<Integer, RefusedException> refused() {
    return refused;
  }

  // ---- reading ---------------------------------------------------------------------------------

  private void add(int index, JsonPiece piece, Limits limits, BulkLimits ofAll) {
    BulkEntry entry;
    try {
      entry = BulkEntryReader.parse(piece, limits);
    } catch (RefusedException malformed) {
      partitions[index] = NOWHERE;
      BulkEntryReader.ref(piece).ifPresent(ref -> refs.putIfAbsent(ref, NOWHERE));
      return;
    }
    partitions[index] = partition(entry);
    try {
      group(index, entry, ofAll);
    } catch (RefusedException tooMany) {
      refused.put(index, tooMany);
    }
  }

  private void group(int index, BulkEntry entry, BulkLimits ofAll) {
    if (entry instanceof BulkEntry.Metadata metadata) {
      recorded = ofAll.count(recorded, metadata.entries().size());
      firsts.set(index, !entry.place().equals(lastMetadata));
      lastMetadata = entry.place();
    } else if (entry instanceof BulkEntry.Artifacts artifacts) {
      recorded = ofAll.count(recorded, artifacts.entries().size());
      firsts.set(index, !entry.place().equals(lastArtifacts));
      lastArtifacts = entry.place();
    } else if (!(entry instanceof BulkEntry.Tags || entry instanceof BulkEntry.Beat)) {
      endOfGroups();
    }
  }

  private void endOfGroups() {
    lastMetadata = null;
    lastArtifacts = null;
  }

  // ---- partitions ------------------------------------------------------------------------------

  private int partition(BulkEntry entry) {
    BulkEntry.Place place = entry.place();
    if (entry instanceof BulkEntry.Flow) {
      return ofFlow(place);
    } else if (entry instanceof BulkEntry.Run run) {
      return called(run.ref(), ofFlow(place));
    } else if (entry instanceof BulkEntry.Task task) {
      return called(task.ref(), ofRun(place));
    } else if (entry instanceof BulkEntry.Step || entry instanceof BulkEntry.Tags) {
      return ofRun(place);
    } else if (entry instanceof BulkEntry.Beat && place.task() == null) {
      return ofRun(place);
    }
    return ofTask(place);
  }

  /** Whoever takes a ref that an earlier entry has is refused where that one is known. */
  private int called(Optional<String> ref, int partition) {
    Integer taken = ref.map(name -> refs.putIfAbsent(name, partition)).orElse(null);
    return taken == null ? partition : taken;
  }

  private int ofFlow(BulkEntry.Place place) {
    String flowId = place.flowId();
    return flowId == null || flowId.isEmpty() ? NOWHERE : partitionOf.applyAsInt(flowId);
  }

  private int ofRun(BulkEntry.Place place) {
    return place.run() == null
        ? NOWHERE
        : BulkRefs.in(place.run()).map(this::ofRef).orElseGet(() -> ofFlow(place));
  }

  private int ofTask(BulkEntry.Place place) {
    return place.task() == null
        ? NOWHERE
        : BulkRefs.in(place.task()).map(this::ofRef).orElseGet(() -> ofRun(place));
  }

  private int ofRef(String ref) {
    return refs.getOrDefault(ref, NOWHERE);
  }
}
