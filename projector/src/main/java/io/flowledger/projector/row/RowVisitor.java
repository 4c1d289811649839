package io.flowledger.projector.row;

/** Gets rows one by one. */
@FunctionalInterface
public interface RowVisitor<T> {
  /**
   * @return whether to go on
   */
  boolean visit(T row);
}
