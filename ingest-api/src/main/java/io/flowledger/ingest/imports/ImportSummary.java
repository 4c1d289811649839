package io.flowledger.ingest.imports;

import io.flowledger.projector.text.JsonText;
import java.util.ArrayList;
import java.util.List;

/** What has become of the lines of an import. */
public final class ImportSummary {

  private static final int FIRST = 20;

  private record Refusal(long line, String reason) {}

  private long imported;
  private long present;
  private long refused;
  private long heartbeats;
  private long unreadable;
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
    return json.raw("]}").toString();
  }
}
