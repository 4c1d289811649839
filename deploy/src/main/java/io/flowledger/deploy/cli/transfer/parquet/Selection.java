package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.deploy.cli.Resource;
import java.util.Optional;

/**
 * Which rows are wanted.
 *
 * @param flow the only one, if there is one
 * @param from epoch milliseconds of the first ones
 * @param to epoch milliseconds of the last ones
 */
public record Selection(Optional<String> flow, Optional<Long> from, Optional<Long> to) {

  /** Those of a listing or history. */
  Resource of(Resource resource) {
    return resource.with("ts_epoch:ge", from).with("ts_epoch:le", to);
  }

  boolean holds(long tsEpoch) {
    return from.stream().allMatch(first -> first <= tsEpoch)
        && to.stream().allMatch(last -> tsEpoch <= last);
  }
}
