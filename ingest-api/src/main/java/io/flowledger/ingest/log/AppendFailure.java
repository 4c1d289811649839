package io.flowledger.ingest.log;

import io.flowledger.http.refusal.RefusedException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** What becomes of a write whose append has failed. */
public final class AppendFailure {

  private AppendFailure() {}

  /** The refusal that tells the client of it. */
  public static RefusedException refusal(Throwable cause) {
    if (cause instanceof RecordTooLargeException) {
      return RefusedException.tooLarge("the request makes an event that is too large for the log");
    }
    if (cause instanceof WritesRefusedException) {
      return RefusedException.unavailable(cause.getMessage() + ", try again later");
    }
    return RefusedException.unavailable(
        "the log cannot be written now (%s), try again".formatted(explanation(cause)));
  }

  /** Whether the log is what has failed, rather than the record, or the number of them. */
  static boolean isOfTheLog(Throwable cause) {
    return !(cause instanceof RecordTooLargeException || cause instanceof BufferExhaustedException);
  }

  /** A few words of it, for whoever reads them first. */
  static String explanation(Throwable cause) {
    if (cause instanceof BufferExhaustedException) {
      return "too many writes are on their way";
    }
    if (cause instanceof TimeoutException) {
      return "no broker has answered in time";
    }
    if (cause instanceof NotEnoughReplicasException
        || cause instanceof NotEnoughReplicasAfterAppendException) {
      return "too few replicas are in sync";
    }
    if (cause instanceof KafkaStorageException) {
      return "a broker cannot write to its disk";
    }
    if (cause instanceof AuthorizationException) {
      return "the cluster does not allow it";
    }
    return cause.getClass().getSimpleName();
  }
}
