package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.Session;
import java.time.Duration;

/** Tells how far something long is: on a terminal in one line, else in a line now and then. */
public final class ProgressLine {

  private static final Duration EVERY_ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final double SECOND = 1e9;

  private final Session session;
  private final String what;
  private final long expected;
  private final long began = System.nanoTime();
  private long told = began;
  private long rows;
  private boolean shown;

  /**
   * @param what for example {@code rows moved}
   * @param expected how many there are about; 0 where that is not known
   */
  public ProgressLine(Session session, String what, long expected) {
    this.session = session;
    this.what = what;
    this.expected = expected;
  }

  public void add(long more) {
    rows += more;
    long now = System.nanoTime();
    boolean terminal = session.surroundings().terminal();
    if (now - told > (terminal ? EVERY_ON_TERMINAL : EVERY).toNanos()) {
      told = now;
      shown = terminal;
      session.err().print((terminal ? "\r" : "flowledger: ") + text(now) + (terminal ? " " : "\n"));
      session.err().flush();
    }
  }

  private String text(long now) {
    double rate = rate(now);
    long left = Math.max(0, expected - rows);
    String rest =
        expected == 0 || rate < 1
            ? ""
            : ", about %,d left, %s".formatted(left, time((long) (left / rate)));
    return "%,d %s, %,.0f/s%s".formatted(rows, what, rate, rest);
  }

  private double rate(long now) {
    return rows / Math.max(1e-3, (now - began) / SECOND);
  }

  private static String time(long seconds) {
    return seconds < 100 ? seconds + " s" : seconds / 60 + " min";
  }

  /** Says it once more, for good. */
  public String end() {
    if (shown) {
      session.err().println();
      shown = false;
    }
    long now = System.nanoTime();
    return "%,d %s in %.1f s (%,.0f/s)".formatted(rows, what, (now - began) / SECOND, rate(now));
  }
}
