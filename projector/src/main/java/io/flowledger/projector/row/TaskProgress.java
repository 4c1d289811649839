package io.flowledger.projector.row;

import java.util.OptionalLong;

/**
 * What the metadata of a task says about its attempts, maintained as it arrives: the latest attempt
 * and how it ended.
 *
 * <p>Which of two entries is later, their {@code ts_epoch} decides and then their ids, as in {@link
 * RunProgress} and in the listing of metadata: so whoever reads that comes to the same conclusion.
 * Usually a later attempt has a higher number, but a scheduler that runs failed tasks of a workflow
 * again may begin with 0 again.
 */
public final class TaskProgress {

  /** How an attempt ended. Rows hold the ordinal. */
  public enum End {
    /** Nothing says that it did. */
    NONE,
    /** It said that it is done ({@code attempt-done}), but not how. */
    DONE,
    /** By {@code attempt_ok}. */
    FAILED,
    /** By {@code attempt_ok}. */
    SUCCEEDED
  }

  private static final End[] ENDS = End.values();
  private static final int NO_ATTEMPT = -1;

  // numbers: latest attempt, attempts, first start, start of the latest attempt (ts_epoch, 0:
  // none), its id, end, its ts_epoch, its id
  private static final int ATTEMPT = 0;
  private static final int ATTEMPTS = 1;
  private static final int FIRST_START = 2;
  private static final int START = 3;
  private static final int START_ID = 4;
  private static final int END = 5;
  private static final int END_TS = 6;
  private static final int END_ID = 7;
  private static final int NUMBERS = 8;

  private static final TaskProgress INITIAL =
      new TaskProgress(Packed.pack(new long[] {NO_ATTEMPT, 0, 0, 0, 0, 0, 0, 0}));

  private final byte[] bytes;

  public TaskProgress(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of a task of which no attempt is known. */
  public static TaskProgress initial() {
    return INITIAL;
  }

  public byte[] bytes() {
    return bytes;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** Whether an attempt is known, by whatever entry. */
  public boolean isBegun() {
    return number(ATTEMPT) != NO_ATTEMPT;
  }

  /** Number of the latest attempt; 0 as long as none is known. */
  public int attempt() {
    return (int) Math.max(0, number(ATTEMPT));
  }

  /** How many attempts have begun. */
  public int attempts() {
    return (int) number(ATTEMPTS);
  }

  /** When any attempt began first, epoch milliseconds; empty where no {@code attempt} says so. */
  public OptionalLong firstStartedAt() {
    return time(FIRST_START);
  }

  /** When the latest attempt began, epoch milliseconds. */
  public OptionalLong startedAt() {
    return time(START);
  }

  /**
   * How the latest attempt ended. It has not if it began again since, under the same number; but a
   * success stays one, as that of a run does.
   */
  public End end() {
    End end = recordedEnd();
    return end == End.SUCCEEDED || !isLater(number(START), number(START_ID), END_TS)
        ? end
        : End.NONE;
  }

  /** When the latest attempt ended, epoch milliseconds. */
  public OptionalLong endedAt() {
    return end() == End.NONE ? OptionalLong.empty() : time(END_TS);
  }

  private End recordedEnd() {
    return ENDS[(int) number(END)];
  }

  private OptionalLong time(int index) {
    long millis = number(index);
    return millis == 0 ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  // ---- folding ---------------------------------------------------------------------------------

  /** The progress after an {@code attempt}. */
  public TaskProgress withAttempt(int attempt, long tsEpoch, long id) {
    if (!isLatestStart(attempt, tsEpoch, id)) {
      return tsEpoch < number(FIRST_START) ? with(FIRST_START, tsEpoch) : this;
    }
    TaskProgress started =
        attempt == number(ATTEMPT)
            ? with(START, tsEpoch).with(START_ID, id)
            : next(attempt).with(START, tsEpoch).with(START_ID, id);
    if (end() != End.NONE && started.end() == End.NONE && attempt == number(ATTEMPT)) {
      started = started.with(ATTEMPTS, number(ATTEMPTS) + 1);
    }
    long first = number(FIRST_START);
    return first == 0 || tsEpoch < first ? started.with(FIRST_START, tsEpoch) : started;
  }

  /** A lower number than before begins anew only after all that is known of the higher one. */
  private boolean isLatestStart(int attempt, long tsEpoch, long id) {
    return isLater(tsEpoch, id, START)
        && (attempt >= number(ATTEMPT) || isLater(tsEpoch, id, END_TS));
  }

  /** The progress after an {@code attempt_ok}; that of a lower attempt comes too late to count. */
  public TaskProgress withOutcome(int attempt, boolean ok, long tsEpoch, long id) {
    boolean first = recordedEnd() == End.NONE || recordedEnd() == End.DONE;
    return attempt > number(ATTEMPT)
            || (attempt == number(ATTEMPT) && (first || isLater(tsEpoch, id, END_TS)))
        ? of(attempt).withEnd(ok ? End.SUCCEEDED : End.FAILED, tsEpoch, id)
        : this;
  }

  /** The progress after an {@code attempt-done}, which says less than an outcome. */
  public TaskProgress withDone(int attempt, long tsEpoch, long id) {
    return attempt > number(ATTEMPT)
            || (attempt == number(ATTEMPT) && end() == End.NONE && isLater(tsEpoch, id, END_TS))
        ? of(attempt).withEnd(End.DONE, tsEpoch, id)
        : this;
  }

  private TaskProgress of(int attempt) {
    return attempt == number(ATTEMPT) ? this : next(attempt);
  }

  /** Another attempt, of which nothing is known yet. */
  private TaskProgress next(int attempt) {
    return new TaskProgress(
        Packed.pack(
            new long[] {
              attempt, number(ATTEMPTS) + 1, number(FIRST_START), 0, 0, End.NONE.ordinal(), 0, 0
            }));
  }

  private TaskProgress withEnd(End end, long tsEpoch, long id) {
    return with(END, end.ordinal()).with(END_TS, tsEpoch).with(END_ID, id);
  }

  private boolean isLater(long tsEpoch, long id, int index) {
    long otherTs = number(index);
    return tsEpoch > otherTs || (tsEpoch == otherTs && id > number(index + 1));
  }

  private long number(int index) {
    return Packed.number(bytes, index);
  }

  private TaskProgress with(int index, long value) {
    long[] numbers = new long[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = i == index ? value : number(i);
    }
    return new TaskProgress(Packed.pack(numbers));
  }
}
