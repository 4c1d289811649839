package io.flowledger.deploy.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments and lengths of time as people read them, in their time zone. */
public final class Times {

  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private final DateTimeFormatter dateTime;
  private final DateTimeFormatter date;
  private final DateTimeFormatter time;

  Times(ZoneId zone) {
    dateTime = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    date = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(zone);
    time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
  }

  public String dateTime(long epochMs) {
    return dateTime.format(Instant.ofEpochMilli(epochMs));
  }

  public String date(long epochMs) {
    return date.format(Instant.ofEpochMilli(epochMs));
  }

  public String time(long epochMs) {
    return time.format(Instant.ofEpochMilli(epochMs));
  }

  /** In the two units that matter. */
  public static String duration(long ms) {
    if (ms < SECOND) {
      return ms + " ms";
    }
    if (ms < MINUTE) {
      return "%d.%d s".formatted(ms / SECOND, ms % SECOND / 100);
    }
    if (ms < HOUR) {
      return "%dm %02ds".formatted(ms / MINUTE, ms % MINUTE / SECOND);
    }
    if (ms < DAY) {
      return "%dh %02dm".formatted(ms / HOUR, ms % HOUR / MINUTE);
    }
    return "%dd %02dh".formatted(ms / DAY, ms % DAY / HOUR);
  }
}
