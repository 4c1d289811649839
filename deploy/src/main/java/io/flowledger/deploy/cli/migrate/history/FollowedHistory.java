package io.flowledger.deploy.cli.migrate.history;

import java.util.OptionalLong;

/** A history that goes on, of which it can be said what has changed since a moment. */
public interface FollowedHistory extends History {

  /** A moment, such that what is committed later counts as changed since then. */
  String moment();

  /**
   * Visits what may have been written since a moment: all that has been, and perhaps some that was
   * before. Rows come by kind: what something is in comes before it.
   *
   * @param thorough whether nothing is left to the next time; otherwise what is hard to find may be
   * @return the moment up to which that is all
   */
  String changes(String since, boolean thorough, HistoryVisitor visitor);

  /** Tells the losses what belongs to nothing. */
  void findOrphans();

  /** Whether something has a number of metadata within a range, and which. */
  OptionalLong metadataWithin(long first, long last);

  /** The greatest number of a run, a task, metadata; 0 where there is none. */
  long[] greatest();
}
