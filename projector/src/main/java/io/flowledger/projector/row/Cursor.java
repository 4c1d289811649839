package io.flowledger.projector.row;

/**
 * The place of a row in a listing; a listing goes on after it. All listings are newest first.
 *
 * <p>Times are epoch milliseconds.
 */
public sealed interface Cursor {

  /** Of flows and of the steps of a run: ts_epoch, then name. */
  record ByName(long tsEpoch, String name) implements Cursor {}

  /** Of runs, tasks and metadata: ts_epoch, then number. */
  record ByNumber(long tsEpoch, long number) implements Cursor {}

  /** Of artifacts over all attempts: ts_epoch, then task, then name. */
  record ByArtifact(long tsEpoch, long taskId, String name) implements Cursor {}

  /** Of artifacts by attempt: attempt, then as above. */
  record ByAttempt(int attempt, ByArtifact within) implements Cursor {}
}
