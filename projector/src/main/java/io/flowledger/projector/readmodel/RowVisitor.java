package io.flowledger.projector.readmodel;

/** Gets rows one by one. */
@FunctionalInterface
public interface RowVisitor<T> {
  /**
   * @return whether to go on
   */
  boolean visit(T row);
}
