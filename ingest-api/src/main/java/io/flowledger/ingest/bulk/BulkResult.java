package io.flowledger.ingest.bulk;

import java.util.Locale;

/** What has become of an entry of a bulk request. */
public enum BulkResult {
  /** It is in the log and in the view. */
  CREATED,
  /** It is in the log; who has asked for no more is told no more. */
  APPENDED,
  /** Something else of its identity had been there before. */
  EXISTS,
  /** It has left no trace, or it is not known whether it has. */
  REJECTED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
