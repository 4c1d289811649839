package io.flowledger.projector;

import io.flowledger.projector.readmodel.Owner;

/**
 * Says whether this process may answer for a partition whose views are here. That Kafka Streams has
 * opened them says too little where there are other processes: one that was stopped for a while, or
 * cut off, still has its views open when another has taken over long ago. Called on any thread.
 */
public interface Tenure {

  /**
   * This process is in the group, under this name from now on.
   *
   * @param memberId that nobody else has had or will have
   */
  void joined(String memberId);

  /** The views of a partition are open here, and are as far as the log was then. */
  void opened(int partition);

  /** They are open no longer. */
  void closed(int partition);

  /**
   * Whether what is read from them now is what nobody else has gone beyond. Then whoever answers
   * for the partition after this process will have applied all that is in the log now.
   */
  boolean holds(int partition);

  /** Who answers for a partition that this process does not answer for. */
  Owner elsewhere(int partition);

  /** That of a process that has no others beside it. */
  static Tenure ofTheOnlyOne() {
    return new Tenure() {
      @Override
      public void joined(String memberId) {}

      @Override
      public void opened(int partition) {}

      @Override
      public void closed(int partition) {}

      @Override
      public boolean holds(int partition) {
        return true;
      }

      @Override
      public Owner elsewhere(int partition) {
        return new Owner.Nobody();
      }
    };
  }
}
