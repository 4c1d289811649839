package io.flowledger.ingest.log;

import io.flowledger.http.refusal.RefusedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a write whose append has failed. */
public final class AppendFailure {

  private static final Logger LOG = LoggerFactory.getLogger(AppendFailure.class);

  private AppendFailure() {}

  /** The refusal that tells the client of it. */
  public static RefusedException refusal(Throwable cause) {
    if (cause instanceof RecordTooLargeException) {
      return RefusedException.tooLarge("the request makes an event that is too large for the log");
    }
    LOG.warn("an append has failed: {}", cause.toString());
    return RefusedException.unavailable("the log cannot be written now, try again");
  }
}
