package io.flowledger.ingest.imports;

import io.flowledger.http.refusal.RefusedException;

/**
 * The lines of an import whose numbers or names something else has here. One is told: rather one
 * that collides with an object that can be named.
 */
final class ImportCollisions {

  private int count;
  private boolean named;
  private String told = "";

  /**
   * @param named whether the reason names what is here
   */
  void add(long line, String what, String reason, boolean named) {
    if (count++ == 0 || (named && !this.named)) {
      this.named = named;
      told = "line %d (%s) collides with what is here: %s".formatted(line, what, reason);
    }
  }

  /**
   * @throws RefusedException 409 when there are any
   */
  void refuse() {
    if (count > 0) {
      throw RefusedException.conflict(
          "nothing is imported, since %s%s"
              .formatted(told, count > 1 ? "; so do %d others".formatted(count - 1) : ""));
    }
  }
}
