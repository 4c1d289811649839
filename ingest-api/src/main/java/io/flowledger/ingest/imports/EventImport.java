package io.flowledger.ingest.imports;

import io.flowledger.event.Heartbeat;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads exported events into the log, unchanged: with their identifiers, numbers and times.
 *
 * <p>The file is read three times, so that nothing is appended before all of it has been looked at:
 *
 * <ol>
 *   <li>What would become of each event here? The projection says so in a rehearsal. An event that
 *       is in the log already is present; that makes an import that is done again, or goes on after
 *       a cut, do no harm. One of which would become something else than where it comes from is
 *       refused, such as one without its parent; a number or a name that something else has here
 *       ends the import.
 *   <li>Which numbers do those have that are found good? The sequences are moved past them, once
 *       and for all. A number that this installation has taken meanwhile ends the import.
 *   <li>What has been found good is appended in the order of the file.
 * </ol>
 *
 * <p>Memory holds one bit for each line, the events that are on their way, and where all of them
 * are small, all.
 */
public final class EventImport {

  private static final int LINE_BYTES_OVER_EVENT = 2;

  private final ReadModel readModel;
  private final EventLog log;
  private final Sequences sequences;

  public EventImport(ReadModel readModel, EventLog log, Sequences sequences) {
    this.readModel = readModel;
    this.log = log;
    this.sequences = sequences;
  }

  /**
   * @throws RefusedException 503 while nothing is to be written
   */
  void requireWritable() {
    Optional<String> refusal = log.writability().refusal();
    if (refusal.isPresent()) {
      throw RefusedException.unavailable(refusal.get() + ", try again later");
    }
  }

  /**
   * Imports a file of lines. Blocks. For one import at a time.
   *
   * @throws RefusedException 400 or 413 when the file cannot be inflated; 409 when something here
   *     has a number or a name of it; 503 when the log cannot be written now
   * @throws ViewUnavailableException when a view is not here, or is behind
   */
  public ImportSummary run(ImportFile file, ImportMode mode, ImportProgress progress) {
    return new Run(file, mode, progress).run();
  }

  /** Is given an event. */
  private interface LineVisitor {
    /**
     * @throws RefusedException 400 when it is refused
     */
    void visit(long number, ImportLine line);
  }

  private final class Run {
    private final ImportFile file;
    private final ImportMode mode;
    private final ImportProgress progress;
    private final ImportSummary summary = new ImportSummary();
    private final BitSet unusable = new BitSet();
    private final WantedLines wanted = new WantedLines();

    Run(ImportFile file, ImportMode mode, ImportProgress progress) {
      this.file = file;
      this.mode = mode;
      this.progress = progress;
    }

    ImportSummary run() {
      NumbersOfLines numbers = new NumbersOfLines();
      progress.begin("rehearsing");
      try (Rehearsal rehearsal = readModel.rehearse()) {
        ImportCheck check = new ImportCheck(rehearsal, readModel, log, sequences, summary);
        read(
            (number, line) -> {
              Optional<byte[]> bytes = check.wanted(number, line);
              if (bytes.isPresent()) {
                wanted.add((int) number, line, bytes.get());
                ImportNumbers.visit(line, numbers::add);
              }
            });
        check.refuseCollisions();
        if (mode.dryRun()) {
          summary.rehearsed(wanted.count(), sequences);
          return summary;
        }
        progress.begin("checking");
        mode.reserve().forEach(sequences::reserve);
        numbers.reserve(sequences);
        if (!numbers.areReserved(sequences)) {
          readWanted(check::checkReserved);
          check.refuseCollisions();
        }
      }
      progress.begin("importing");
      append();
      return summary;
    }

    // ---- the file ------------------------------------------------------------------------------

    private void read(LineVisitor visitor) {
      int limit = Math.multiplyExact(log.maxEventBytes(), LINE_BYTES_OVER_EVENT);
      try (BoundedLines lines = new BoundedLines(file.open(), limit)) {
        int number = 0;
        for (Optional<BoundedLines.Line> line = lines.next();
            line.isPresent();
            line = lines.next()) {
          progress.line(++number);
          if (!unusable.get(number) && !line.get().isBlank()) {
            visit(number, line.get(), visitor, limit);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void readWanted(LineVisitor visitor) {
      read(
          (number, line) -> {
            if (wanted.contains((int) number)) {
              visitor.visit(number, line);
            }
          });
    }

    private void visit(int number, BoundedLines.Line line, LineVisitor visitor, int limit) {
      try {
        if (!line.whole()) {
          throw RefusedException.tooLarge("the line is longer than " + limit + " bytes");
        }
        visitor.visit(number, ImportLine.parse(line.bytes()));
      } catch (RefusedException e) {
        if (e.reason() != Reason.MALFORMED && e.reason() != Reason.TOO_LARGE) {
          throw e;
        }
        unusable.set(number);
        summary.refused(number, String.valueOf(e.getMessage()));
      }
    }

    // ---- appending -----------------------------------------------------------------------------

    private void append() {
      AppendWindow window = new AppendWindow();
      try {
        Optional<List<WantedLines.Serialized>> kept = wanted.all();
        if (kept.isPresent()) {
          for (WantedLines.Serialized line : kept.get()) {
            progress.check();
            append(line, window);
          }
        } else {
          readWanted(
              (number, line) ->
                  append(WantedLines.Serialized.of(line, log.serialized(line.present())), window));
        }
        window.drain();
      } finally {
        window.settle();
        awaitApplied(window);
      }
    }

    private void append(WantedLines.Serialized line, AppendWindow window) {
      if (line.beat().isPresent()) {
        Heartbeat beat = line.beat().get();
        window.append(
            line.bytes().length,
            acknowledgement ->
                log.beat(
                    line.flowId(),
                    HeartbeatWrites.object(
                        beat.getRunNumber(), Optional.ofNullable(beat.getTaskId())),
                    beat,
                    acknowledgement));
        summary.heartbeat();
        return;
      }
      if (line.alone()) {
        window.drain();
      }
      window.append(
          line.bytes().length,
          acknowledgement -> log.append(line.flowId(), line.bytes(), acknowledgement));
      if (line.alone()) {
        window.drain();
      }
      summary.imported();
      progress.appended(summary.importedSoFar());
    }

    /** Whoever reads after the answer reads what was imported, if the views can keep up. */
    private void awaitApplied(AppendWindow window) {
      for (Position position : window.lastPositions().toList()) {
        try {
          if (readModel.awaitApplied(position).isPresent()) {
            readModel.promises().make(position);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
