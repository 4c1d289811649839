package io.flowledger.projector.row;

import java.util.OptionalLong;

/**
 * What the events of a run say about its progress, maintained as they arrive: the rule of the API
 * (run status) needs the latest {@code attempt_ok} of step {@code end} and whether a later {@code
 * attempt} of it has begun.
 */
public final class RunProgress {

  private static final long NONE = 0;
  private static final long TRUE = 1;
  private static final long FALSE = 2;

  /** The step whose outcome is that of the run. */
  public static final String LAST_STEP = "end";

  private static final RunProgress INITIAL =
      new RunProgress(Packed.pack(new long[] {0, NONE, 0, 0, 0, 0}));

  // numbers: heartbeat by task registration (seconds, 0: none),
  // outcome, its ts_epoch, its id, latest attempt's ts_epoch, its id
  private final byte[] bytes;

  public RunProgress(byte[] bytes) {
    this.bytes = bytes;
  }

  public static RunProgress initial() {
    return INITIAL;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Last registration of a task, epoch seconds. */
  public OptionalLong taskHeartbeat() {
    long seconds = Packed.number(bytes, 0);
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  public RunProgress withTaskHeartbeat(long seconds) {
    return with(seconds, outcome(), 2, Packed.number(bytes, 2), Packed.number(bytes, 3));
  }

  /** The progress after an {@code attempt_ok} of the last step; an older one changes nothing. */
  public RunProgress withOutcome(boolean ok, long tsEpoch, long id) {
    return isLater(tsEpoch, id, 2)
        ? with(Packed.number(bytes, 0), ok ? TRUE : FALSE, 2, tsEpoch, id)
        : this;
  }

  /** The progress after an {@code attempt} of the last step; an older one changes nothing. */
  public RunProgress withAttempt(long tsEpoch, long id) {
    return isLater(tsEpoch, id, 4)
        ? with(Packed.number(bytes, 0), outcome(), 4, tsEpoch, id)
        : this;
  }

  /**
   * The status of the run.
   *
   * @param alive whether its last heartbeat is recent
   */
  public RunStatus status(boolean alive) {
    if (outcome() == TRUE) {
      return RunStatus.COMPLETED;
    }
    if (outcome() == FALSE) {
      boolean retried = isLater(Packed.number(bytes, 4), Packed.number(bytes, 5), 2);
      return retried ? RunStatus.RUNNING : RunStatus.FAILED;
    }
    return alive ? RunStatus.RUNNING : RunStatus.FAILED;
  }

  /** When the latest outcome was told, epoch milliseconds. */
  public OptionalLong outcomeAt() {
    return outcome() == NONE ? OptionalLong.empty() : OptionalLong.of(Packed.number(bytes, 2));
  }

  private long outcome() {
    return Packed.number(bytes, 1);
  }

  private boolean isLater(long tsEpoch, long id, int index) {
    long otherTs = Packed.number(bytes, index);
    return tsEpoch > otherTs || (tsEpoch == otherTs && id > Packed.number(bytes, index + 1));
  }

  private RunProgress with(long heartbeat, long outcome, int index, long tsEpoch, long id) {
    long[] numbers = new long[6];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Packed.number(bytes, i);
    }
    numbers[0] = heartbeat;
    numbers[1] = outcome;
    numbers[index] = tsEpoch;
    numbers[index + 1] = id;
    return new RunProgress(Packed.pack(numbers));
  }
}
