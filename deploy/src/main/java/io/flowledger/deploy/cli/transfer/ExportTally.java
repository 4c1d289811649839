package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.Session;
import org.apache.avro.generic.GenericRecord;

/**
 * Tally of an export: counts the events and the records that are none, and shows the count of
 * events while it grows. Heartbeats are no events and are not counted.
 */
final class ExportTally {

  private static final String BEGIN = "{\"position\": \"";
  private static final String NO_TYPE = "\", \"type\": null, ";
  private static final String NO_POSITION = "{\"position\": null, ";
  private static final int SHOW_EVERY = 10_000;

  private final Session session;
  private final boolean shown;
  private long events;
  private long unreadable;
  private String firstUnreadable = "";

  /**
   * @param shown whether the count is shown on standard error
   */
  ExportTally(Session session, boolean shown) {
    this.session = session;
    this.shown = shown;
  }

  /**
   * Counts a line of JSON.
   *
   * @return whether it is time to look around
   */
  boolean line(String line) {
    if (line.startsWith(NO_POSITION)) {
      return false; // a heartbeat
    }
    int end = line.indexOf('"', BEGIN.length());
    boolean readable = end < 0 || !line.startsWith(NO_TYPE, end);
    return count(readable, readable ? "" : line.substring(BEGIN.length(), end));
  }

  /** Counts a record of an Avro file. */
  void record(GenericRecord record) {
    Object position = record.get("position");
    if (position != null) {
      count(record.get("event") != null, position.toString());
    }
  }

  private boolean count(boolean readable, String position) {
    if (!readable) {
      firstUnreadable = unreadable++ == 0 ? position : firstUnreadable;
      return false;
    }
    events++;
    boolean show = events % SHOW_EVERY == 0;
    if (show && shown) {
      session.err().print("\r" + events + " events");
      session.err().flush();
    }
    return show;
  }

  /** Ends the line in which the count was shown. */
  void end() {
    if (shown && events >= SHOW_EVERY) {
      session.err().println();
    }
  }

  long events() {
    return events;
  }

  /** Tells how many records were no events that can be read, if there were any. */
  void tellUnreadable() {
    if (unreadable > 0) {
      session
          .err()
          .printf(
              "flowledger: %d records of the log are no events that can be read; the first one is"
                  + " at %s%n",
              unreadable, firstUnreadable);
    }
  }
}
