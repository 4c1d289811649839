package io.flowledger.deploy.cli.migrate.history;

import io.flowledger.projector.chain.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers of what another store has none for, or none that is unique over all flows. They are made
 * of its name, so that they are the same the next time, and are where no sequence comes to: from
 * 2^52 on.
 */
public final class InventedNumbers {

  private static final long FIRST = 1L << 52;
  private static final long MASK = FIRST - 1;

  /** Room for the numbers of tasks within a run. */
  private static final long MOST_TASKS = 1L << 24;

  private InventedNumbers() {}

  /** Of a run, of a task with a name, of metadata. */
  public static long of(String... name) {
    return FIRST + (hash(name) & MASK);
  }

  /** Of a task that has a number within its run only: those of a run ascend as these do. */
  public static long ofTask(String flowId, String run, long task) {
    if (task < 0 || task >= MOST_TASKS) {
      return of(flowId, run, Long.toString(task));
    }
    return FIRST + (hash(flowId, run) & MASK) % (FIRST - MOST_TASKS) + task;
  }

  private static long hash(String... name) {
    return ByteBuffer.wrap(
            Sha256.create().digest(String.join("\0", name).getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }
}
