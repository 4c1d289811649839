package io.flowledger.projector.log;

import org.apache.kafka.streams.errors.ProcessorStateException;

/** The log lacks records that a view needs; going on would show an incomplete history. */
public final class LogContradictionException extends ProcessorStateException {
  private static final long serialVersionUID = 1L;

  public LogContradictionException(String message) {
    super(message);
  }
}
