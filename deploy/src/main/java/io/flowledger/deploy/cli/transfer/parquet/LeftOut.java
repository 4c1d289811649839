package io.flowledger.deploy.cli.transfer.parquet;

import java.io.PrintWriter;

/** Counts the records of the log that are in no table, since they changed nothing, and says so. */
final class LeftOut {

  private long superseded;
  private long rejected;
  private long unreadable;
  private String firstUnreadable = "";
  private long unknown;
  private String firstUnknown = "";

  void superseded() {
    superseded++;
  }

  void rejected() {
    rejected++;
  }

  void unreadable(String position) {
    firstUnreadable = unreadable++ == 0 ? position : firstUnreadable;
  }

  /** One of a later build. */
  void unknown(String type) {
    firstUnknown = unknown++ == 0 ? type : firstUnknown;
  }

  void tell(PrintWriter err) {
    if (superseded + rejected > 0) {
      err.printf(
          "flowledger: left out, since they changed nothing: %d superseded events, %d rejected%n",
          superseded, rejected);
    }
    if (unreadable > 0) {
      err.printf(
          "flowledger: %d records of the log are no events that can be read; the first one is at"
              + " %s%n",
          unreadable, firstUnreadable);
    }
    if (unknown > 0) {
      err.printf(
          "flowledger: %d events are of types that this version does not know, such as %s; they"
              + " are left out%n",
          unknown, firstUnknown);
    }
  }
}
