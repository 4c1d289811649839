package io.flowledger.projector.store;

import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.log.KafkaPartitioner;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.row.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Kind of view: what the views of one topic have in common.
 *
 * @param name of the view
 * @param topic that it is the view of
 * @param keptWhole whether the topic keeps every record for ever; else it is compacted
 * @param partitions of the topic; 0 where it is not looked at which one a record is in
 * @param version of the projection
 */
public record ViewKind(
    String name,
    String topic,
    int partitions,
    boolean keptWhole,
    int version,
    RecordProjection projection) {

  private static final Verdict NO_KEY = new Verdict.Rejected("the record has no key");

  public ViewKind(
      String name, String topic, boolean keptWhole, int version, RecordProjection projection) {
    this(name, topic, 0, keptWhole, version, projection);
  }

  /** What the view of one partition is. */
  public ViewKind in(int partition) {
    return partitions == 0
        ? this
        : new ViewKind(
            name,
            topic,
            partitions,
            keptWhole,
            version,
            projection.in(partition, new KafkaPartitioner(partitions)));
  }

  /** Applies a record, and notes where that was not done. One without a key is of nothing. */
  public Verdict apply(
      byte @Nullable [] key, byte @Nullable [] value, long offset, ViewWriter view) {
    Verdict verdict = key == null ? NO_KEY : projection.apply(key, value, offset, view);
    if (!verdict.equals(Verdict.APPLIED)) {
      view.put(Keys.verdict(offset), verdict.toRow());
    }
    return verdict;
  }
}
