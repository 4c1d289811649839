package io.flowledger.projector.readmodel;

import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What would become of events if they were appended to the log now, one after the other: the same
 * projection that makes the views, over the views of all partitions and what has been rehearsed so
 * far. It is kept on disk, so that its length is not bounded by memory. For one thread, which it
 * may block. It is only as true as nobody else appends to the same objects.
 *
 * <p>Every method throws {@link ViewUnavailableException} when a view has been closed.
 */
public interface Rehearsal extends AutoCloseable {

  /** What became of an event that is in the log or has been rehearsed; empty for a new one. */
  Optional<Verdict> known(Envelope event);

  /**
   * What would become of an event.
   *
   * @param bytes of it, as they would be in the log
   * @param accepted whether it is to have happened for those that are rehearsed after it
   */
  Verdict rehearse(Envelope event, byte[] bytes, Predicate<Verdict> accepted);

  /** The run that has a number, in whatever flow. */
  Optional<RunRow> run(long number);

  /** The task that has a number, in whatever flow. */
  Optional<TaskRow> task(long number);

  @Override
  void close();
}
