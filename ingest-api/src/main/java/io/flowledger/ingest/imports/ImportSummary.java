package io.flowledger.ingest.imports;

import io.flowledger.ingest.numbers.ClaimedNumbers;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.text.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has become of the lines of an import. */
public final class ImportSummary {

  private static final int FIRST = 20;

  private record Refusal(long line, String reason) {}

  private long imported;
  private long present;
  private long refused;
  private long heartbeats;
  private long unreadable;
  private Optional<Sequences> given = Optional.empty();
  private final List<Refusal> firstRefusals = new ArrayList<>();

  void imported() {
    imported++;
  }

  void present() {
    present++;
  }

  void heartbeat() {
    heartbeats++;
  }

  void unreadable() {
    unreadable++;
  }

  void refused(long line, String reason) {
    if (++refused <= FIRST) {
      firstRefusals.add(new Refusal(line, reason));
    }
  }

  /** Nothing was appended, but so many lines would be. */
  void rehearsed(long lines, Sequences sequences) {
    imported = lines;
    given = Optional.of(sequences);
  }

  long importedSoFar() {
    return imported;
  }

  /** A line of JSON. */
  public String toJson() {
    JsonText json =
        new JsonText(256)
            .raw("{\"imported\": ")
            .number(imported)
            .raw(", \"present\": ")
            .number(present)
            .raw(", \"refused\": ")
            .number(refused)
            .raw(", \"heartbeats\": ")
            .number(heartbeats)
            .raw(", \"unreadable\": ")
            .number(unreadable)
            .raw(", \"first_refusals\": [");
    String before = "";
    for (Refusal refusal : firstRefusals) {
      json.raw(before)
          .raw("{\"line\": ")
          .number(refusal.line())
          .raw(", \"reason\": ")
          .string(refusal.reason())
          .raw("}");
      before = ", ";
    }
    json.raw("]");
    given.ifPresent(sequences -> tellGiven(sequences, json));
    return json.raw("}").toString();
  }

  /** Numbers that this installation gives itself: those that nothing that comes may have. */
  private static void tellGiven(Sequences sequences, JsonText json) {
    String before = ", \"given\": {";
    for (Sequences.Name name : Sequences.Name.values()) {
      json.raw(before).string(name.label()).raw(": [");
      String separator = "";
      for (ClaimedNumbers.Range range : sequences.claimed(name).given()) {
        json.raw(separator).raw("[").number(range.first()).raw(", ").number(range.last()).raw("]");
        separator = ", ";
      }
      json.raw("]");
      before = ", ";
    }
    json.raw("}");
  }
}
