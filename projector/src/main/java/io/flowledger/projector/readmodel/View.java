package io.flowledger.projector.readmodel;

import java.util.OptionalLong;

/**
 * The view of one partition: its objects, its listings and its history. Point reads are cheap
 * enough for an event loop; listings are not.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface View extends ObjectView, ListingView, HistoryView {

  /** As it was called before. */
  @FunctionalInterface
  interface Visitor<T> extends RowVisitor<T> {}

  /**
   * A task with what is kept apart from it.
   *
   * @param heartbeat last one, epoch seconds
   */
  record ListedTask(TaskRow row, OptionalLong heartbeat) {}

  /**
   * A task and how far it is.
   *
   * @param heartbeat last one, epoch seconds; not looked up where the latest attempt has ended
   */
  record TrackedTask(TaskRow row, TaskProgress progress, OptionalLong heartbeat) {}
}
