package io.flowledger.ingest.imports;

import io.flowledger.http.refusal.RefusedException;

/** How far an import is, for whoever watches it from another thread, and may cancel it. */
public final class ImportProgress {

  private volatile String phase = "checking";
  private volatile long lines;
  private volatile long appended;
  private volatile boolean cancelled;

  void begin(String next) {
    phase = next;
    lines = 0;
  }

  void line(long number) {
    lines = number;
    check();
  }

  /** Before anything more is done. */
  void check() {
    if (cancelled) {
      throw RefusedException.unavailable("the import was cancelled; import the same file again");
    }
  }

  void appended(long events) {
    appended = events;
  }

  /** Ends the import before its next line. */
  public void cancel() {
    cancelled = true;
  }

  /** A line of JSON. */
  public String toJson() {
    return "{\"phase\": \"%s\", \"lines\": %d, \"imported\": %d}".formatted(phase, lines, appended);
  }
}
