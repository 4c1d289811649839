package io.flowledger.projector.readmodel;

/** A state that is over, to be read until it is closed. Closing it does not block. */
public interface PastState extends AutoCloseable {

  View view();

  @Override
  void close();
}
