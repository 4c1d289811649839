package io.flowledger.projector.projection;

import io.flowledger.projector.row.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A pure function from a record of a topic and the view so far to changes of the view. Live
 * processing, restoration, standby replicas, replay and tests all run the same one, so it must not
 * look at clocks, threads or configuration.
 */
@FunctionalInterface
public interface RecordProjection {

  /**
   * @param value the record's bytes, {@linkplain io.flowledger.schemas.serde.Framing framed}; null
   *     for a tombstone
   * @param offset where it is: says nothing about what it means, which a copy of the log must share
   * @return what was made of the record; never thrown, whatever the bytes are
   */
  Verdict apply(byte[] key, byte @Nullable [] value, long offset, ViewWriter view);

  /**
   * The same for one partition, which a record may not belong in.
   *
   * @param partitioner says which one it belongs in
   */
  default RecordProjection in(int partition, Partitioner partitioner) {
    return this;
  }
}
