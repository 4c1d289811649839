package io.flowledger.ingest;

import io.flowledger.event.MetadataRecorded;
import io.flowledger.schemas.Envelope;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The numbers that an event has from sequences: its own, and those of what it is in. */
final class EventNumbers {

  /** The greatest integer up to which all are exact in JSON as everybody reads it. */
  private static final long GREATEST = (1L << 53) - 1;

  private EventNumbers() {}

  /** Is told a number. */
  interface Visitor {
    void visit(Sequences.Name sequence, long number);
  }

  /**
   * Those of the event of a line. What has been rejected has the numbers of nothing.
   *
   * @throws io.vertx.ext.web.handler.HttpException 400 when one is none that a sequence gives
   */
  static void visit(ImportLine line, Visitor visitor) {
    Optional<Envelope> envelope = line.envelope();
    if (envelope.isPresent() && !line.verdict().equals(ImportLine.REJECTED)) {
      visit(line.present(), envelope.get(), visitor);
    }
  }

  /**
   * @throws io.vertx.ext.web.handler.HttpException 400 when one is none that a sequence gives
   */
  private static void visit(SpecificRecord event, Envelope envelope, Visitor visitor) {
    Visitor checked =
        (sequence, number) -> {
          if (number < 1 || number > GREATEST) {
            throw Rejection.badRequest(
                "the numbers of %s are from 1 to %d, not %d"
                    .formatted(sequence.label(), GREATEST, number));
          }
          visitor.visit(sequence, number);
        };
    if (envelope.kind() != Envelope.Kind.FLOW) {
      checked.visit(Sequences.Name.RUNS, envelope.runNumber());
    }
    switch (envelope.kind()) {
      case TASK, METADATA, ARTIFACTS -> checked.visit(Sequences.Name.TASKS, envelope.taskId());
      default -> {}
    }
    if (event instanceof MetadataRecorded metadata) {
      metadata.getEntries().forEach(e -> checked.visit(Sequences.Name.METADATA, e.getId()));
    }
  }
}
