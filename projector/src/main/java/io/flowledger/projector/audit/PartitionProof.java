package io.flowledger.projector.audit;

import io.flowledger.projector.chain.PartitionHead;
import java.util.List;

/**
 * What an audit can say of one partition.
 *
 * @param head of the hash chain over what has been replayed
 * @param rows of the view that have been compared
 * @param findings the first ones, in no order that matters; empty unless it differs
 * @param remark why it is unproven, or what else is to be known; empty for nothing
 */
public record PartitionProof(
    Outcome outcome, PartitionHead head, long rows, List<Finding> findings, String remark) {

  /** How an audit ends. */
  public enum Outcome {
    /** Everything that was compared is the same. */
    PROVEN,
    /** Something is not the same. */
    DIFFERS,
    /** It could not be compared. */
    UNPROVEN
  }

  /** {@code flowledger.events-0}. */
  public String partition() {
    return head.topic() + "-" + head.partition();
  }
}
