package io.flowledger.ingest.imports;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventNumbers;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The numbers of an event with the sequences that they are of, none of which gives any others. */
final class ImportNumbers {

  private ImportNumbers() {}

  /** Is told a number. */
  interface Visitor {
    void visit(Sequences.Name sequence, long number);
  }

  /**
   * Those of the event of a line. What has been rejected has the numbers of nothing.
   *
   * @throws RefusedException 400 when one is none that a sequence gives
   */
  static void visit(ImportLine line, Visitor visitor) {
    Optional<Envelope> envelope = line.envelope();
    if (envelope.isPresent() && !line.verdict().equals(ImportLine.REJECTED)) {
      visit(line.present(), envelope.get(), visitor);
    }
  }

  private static void visit(SpecificRecord event, Envelope envelope, Visitor visitor) {
    EventNumbers.visit(
        event,
        envelope,
        new EventNumbers.Visitor() {
          @Override
          public void run(long number) {
            checked(Sequences.Name.RUNS, number, visitor);
          }

          @Override
          public void task(long number) {
            checked(Sequences.Name.TASKS, number, visitor);
          }

          @Override
          public void metadata(long number) {
            checked(Sequences.Name.METADATA, number, visitor);
          }
        });
  }

  private static void checked(Sequences.Name sequence, long number, Visitor visitor) {
    EventNumbers.refusal(sequence.label(), number)
        .ifPresent(
            reason -> {
              throw RefusedException.malformed(reason);
            });
    visitor.visit(sequence, number);
  }
}
