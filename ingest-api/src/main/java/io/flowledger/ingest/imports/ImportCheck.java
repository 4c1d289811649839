package io.flowledger.ingest.imports;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.ClaimedNumbers;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.specific.SpecificRecord;

/**
 * Says which lines of an import are to be appended: those that are not in the log, and of which
 * becomes here what has become of them where they come from.
 */
final class ImportCheck {

  private static final long MILLIS = 1000;

  private final Rehearsal rehearsal;
  private final ReadModel readModel;
  private final EventLog log;
  private final Sequences sequences;
  private final ImportSummary summary;
  private final ImportCollisions collisions = new ImportCollisions();

  ImportCheck(
      Rehearsal rehearsal,
      ReadModel readModel,
      EventLog log,
      Sequences sequences,
      ImportSummary summary) {
    this.rehearsal = rehearsal;
    this.readModel = readModel;
    this.log = log;
    this.sequences = sequences;
    this.summary = summary;
  }

  /**
   * What is to be appended of a line, if no line collides, as the log has it; empty where nothing
   * is.
   *
   * @throws RefusedException 400 or 413 when it is refused
   */
  Optional<byte[]> wanted(long number, ImportLine line) {
    if (line.event() == null) {
      summary.unreadable();
      return Optional.empty();
    }
    if (line.event() instanceof Heartbeat beat) {
      return isNews(beat) ? Optional.of(log.serialized(beat)) : Optional.empty();
    }
    Envelope envelope =
        line.envelope().orElseThrow(() -> RefusedException.malformed("it is no event of a flow"));
    Optional<Verdict> known = rehearsal.known(envelope);
    if (known.isPresent() && !isLost(known.get(), line)) {
      summary.present();
      return Optional.empty();
    }
    byte[] bytes = log.serialized(line.present());
    if (bytes.length > log.maxEventBytes()) {
      throw RefusedException.tooLarge(
          "the event takes %d bytes, more than the %d of this installation"
              .formatted(bytes.length, log.maxEventBytes()));
    }
    checkNames(line);
    checkReach(line);
    if (hasNumbersOfOthers(number, line)) {
      return Optional.empty();
    }
    Verdict verdict = rehearsal.rehearse(envelope, bytes, here -> agree(here, line));
    boolean agreed = agree(verdict, line);
    if (!agreed) {
      disagree(number, verdict, line);
    }
    return agreed ? Optional.of(bytes) : Optional.empty();
  }

  /**
   * @throws RefusedException 409 when lines have numbers or names that something else has here
   */
  void refuseCollisions() {
    collisions.refuse();
  }

  /** It is in the log behind a gap that an import with failures has left, and changed nothing. */
  private static boolean isLost(Verdict known, ImportLine line) {
    return known instanceof Verdict.Rejected && !line.verdict().equals(ImportLine.REJECTED);
  }

  /** A flow that was here before stays what it is, and gets the runs of its namesake. */
  private static boolean agree(Verdict here, ImportLine line) {
    boolean merges =
        line.event() instanceof FlowRegistered && line.verdict().equals(ImportLine.APPLIED);
    return here.label().equals(line.verdict()) || (merges && here instanceof Verdict.Superseded);
  }

  private void disagree(long number, Verdict here, ImportLine line) {
    if (here instanceof Verdict.Rejected rejected) {
      throw RefusedException.malformed(rejected.reason());
    }
    if (here instanceof Verdict.Superseded superseded
        && line.verdict().equals(ImportLine.APPLIED)) {
      String found = holder(line).orElse(superseded.by());
      collisions.add(number, describe(line.present()), found + " is here already", true);
      return;
    }
    throw RefusedException.malformed(
        "it was %s where it comes from, but would be %s here"
            .formatted(line.verdict(), here.label()));
  }

  /** What is rejected where it comes from is so for reasons of its own. */
  private static void checkNames(ImportLine line) {
    if (!line.verdict().equals(ImportLine.REJECTED)) {
      ImportNames.check(line.present());
    }
  }

  /**
   * Before the rehearsal: what is below an object that is refused has its number, or is refused.
   */
  private void checkReach(ImportLine line) {
    ImportNumbers.visit(
        line,
        (sequence, used) -> {
          if (sequences.claimed(sequence).isOutOfReach(used) && !ClaimedNumbers.isIsland(used)) {
            throw sequences.outOfReach(sequence, used);
          }
        });
  }

  /**
   * Now that the sequences are past the numbers of a line that is wanted: notes it where one is not
   * reserved, since this installation has taken it meanwhile.
   */
  void checkReserved(long number, ImportLine line) {
    boolean[] noted = {false};
    ImportNumbers.visit(
        line,
        (sequence, used) -> {
          if (!noted[0]
              && !ClaimedNumbers.isIsland(used)
              && !sequences.claimed(sequence).isReserved(used)) {
            noted[0] = true;
            collide(number, line, sequence, used, Optional.empty());
          }
        });
  }

  private boolean hasNumbersOfOthers(long number, ImportLine line) {
    boolean[] noted = {false};
    ImportNumbers.visit(
        line,
        (sequence, used) -> {
          if (!noted[0] && sequences.claimed(sequence).isGiven(used)) {
            noted[0] = true;
            collide(number, line, sequence, used, holder(sequence, used));
          }
        });
    return noted[0];
  }

  private void collide(
      long number, ImportLine line, Sequences.Name sequence, long used, Optional<String> holder) {
    collisions.add(
        number,
        describe(line.present()),
        "number %d of %s %s"
            .formatted(
                used,
                sequence.label(),
                holder
                    .map(of -> "is that of " + of + " here")
                    .orElse("is one that this installation gives itself")),
        holder.isPresent());
  }

  private Optional<String> holder(Sequences.Name sequence, long number) {
    return switch (sequence) {
      case RUNS -> rehearsal.run(number).map(ImportCheck::describe);
      case TASKS -> rehearsal.task(number).map(this::describe);
      case METADATA -> Optional.empty();
    };
  }

  private Optional<String> holder(ImportLine line) {
    if (line.event() instanceof RunRegistered run) {
      return rehearsal.run(run.getRunNumber()).map(ImportCheck::describe);
    }
    return line.event() instanceof TaskRegistered task
        ? rehearsal.task(task.getTaskId()).map(this::describe)
        : Optional.empty();
  }

  private static String describe(SpecificRecord event) {
    Envelope of = Envelope.of(event).orElseThrow();
    String path =
        switch (of.kind().about()) {
          case FLOW -> of.flowId();
          case RUN -> of.flowId() + "/" + of.runNumber();
          case STEP -> of.flowId() + "/" + of.runNumber() + "/" + of.stepName();
          case TASK -> of.flowId() + "/" + of.runNumber() + "/" + of.stepName() + "/" + of.taskId();
        };
    return of.kind().typeName() + " of " + path;
  }

  private static String describe(RunRow run) {
    return "run " + run.flowId() + "/" + run.number();
  }

  private String describe(TaskRow task) {
    String flow = rehearsal.run(task.runNumber()).map(RunRow::flowId).orElse("?");
    return "task %s/%d/%s/%d".formatted(flow, task.runNumber(), task.stepName(), task.id());
  }

  /** A heartbeat of something that is here, and later than the one that is. */
  private boolean isNews(Heartbeat beat) {
    long run = beat.getRunNumber();
    boolean ofRun =
        rehearsal.run(run).filter(row -> row.flowId().equals(beat.getFlowId())).isPresent();
    boolean ofTask =
        beat.getTaskId() == null
            || rehearsal.task(beat.getTaskId()).filter(task -> task.runNumber() == run).isPresent();
    if (!ofRun || !ofTask) {
      throw RefusedException.malformed(
          "heartbeat of %s, which is not registered"
              .formatted(
                  "run %s/%d".formatted(beat.getFlowId(), run)
                      + (ofRun ? ", task " + beat.getTaskId() : "")));
    }
    View view = readModel.view(readModel.partitionOf(beat.getFlowId()));
    OptionalLong task =
        beat.getTaskId() == null ? OptionalLong.empty() : OptionalLong.of(beat.getTaskId());
    return view.beats(run, task).orElse(0) < beat.getTsEpoch() / MILLIS;
  }
}
