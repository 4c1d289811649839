package io.flowledger.projector.store;

import java.util.List;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Which faults of the views may be over by themselves, so that it is worth to begin again: the
 * broker is away or late, the group has lost this process, the disk is full. Any other would come
 * again at the same record.
 */
public final class PassingFaults {

  /** How systems say that a disk is full. */
  private static final List<String> FULL =
      List.of("No space left", "Disk quota exceeded", "not enough space");

  private PassingFaults() {}

  /** Whether it, or what has led to it, may pass. */
  public static boolean mayPass(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error) {
        return false;
      }
      if (cause instanceof RetriableException
          || cause instanceof FencedInstanceIdException
          || isFull(cause)
          || isBusy(cause)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFull(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return FULL.stream().anyMatch(message::contains);
  }

  private static boolean isBusy(Throwable cause) {
    if (!(cause instanceof RocksDBException rocks) || rocks.getStatus() == null) {
      return false;
    }
    Status.Code code = rocks.getStatus().getCode();
    return code == Status.Code.Busy
        || code == Status.Code.TimedOut
        || code == Status.Code.TryAgain
        || rocks.getStatus().getSubCode() == Status.SubCode.NoSpace;
  }

  /** What is said of one that may pass. */
  public static String explanation(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (isFull(cause) || isBusy(cause)) {
        return "the disk is full or busy";
      }
      if (cause instanceof FencedInstanceIdException) {
        return "the group has another member under the name of this one";
      }
    }
    return "no broker has answered in time";
  }
}
