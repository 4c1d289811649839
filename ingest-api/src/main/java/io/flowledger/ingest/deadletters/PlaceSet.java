package io.flowledger.ingest.deadletters;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Places of records, of which many may be near each other. */
final class PlaceSet {

  private static final int OFFSETS_TOGETHER = 1 << 12;

  private record Stretch(TopicPartition partition, long number) {}

  private final Map<Stretch, BitSet> stretches = new HashMap<>();

  /** Returns whether it was not there. */
  boolean add(RecordPlace place) {
    boolean isNew = !has(place);
    stretches.computeIfAbsent(stretch(place), none -> new BitSet()).set(bit(place));
    return isNew;
  }

  boolean has(RecordPlace place) {
    BitSet bits = stretches.get(stretch(place));
    return bits != null && bits.get(bit(place));
  }

  private static Stretch stretch(RecordPlace place) {
    return new Stretch(
        new TopicPartition(place.topic(), place.partition()), place.offset() / OFFSETS_TOGETHER);
  }

  private static int bit(RecordPlace place) {
    return (int) (place.offset() % OFFSETS_TOGETHER);
  }
}
