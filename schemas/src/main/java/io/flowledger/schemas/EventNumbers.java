package io.flowledger.schemas;

import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The numbers that an event has from sequences: its own, and those of what it is in. */
public final class EventNumbers {

  /** The greatest integer up to which all are exact in JSON as everybody reads it. */
  public static final long GREATEST = (1L << 53) - 1;

  private EventNumbers() {}

  /** Is told each number. */
  public interface Visitor {
    void run(long number);

    void task(long number);

    void metadata(long number);
  }

  /**
   * @param envelope of the event
   */
  public static void visit(SpecificRecord event, Envelope envelope, Visitor visitor) {
    Envelope.About about = envelope.kind().about();
    if (about != Envelope.About.FLOW) {
      visitor.run(envelope.runNumber());
    }
    if (about == Envelope.About.TASK) {
      visitor.task(envelope.taskId());
    }
    if (event instanceof MetadataRecorded metadata) {
      for (MetadataEntry entry : metadata.getEntries()) {
        visitor.metadata(entry.getId());
      }
    }
  }

  /** Whether a sequence can give the number. */
  public static boolean isUsable(long number) {
    return number >= 1 && number <= GREATEST;
  }

  /**
   * Why a number is none that a sequence gives; empty where it is one.
   *
   * @param sequence its name, for the reason
   */
  public static Optional<String> refusal(String sequence, long number) {
    return isUsable(number)
        ? Optional.empty()
        : Optional.of(
            "the numbers of %s are from 1 to %d, not %d".formatted(sequence, GREATEST, number));
  }
}
