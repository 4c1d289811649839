package io.flowledger.http.accesslog;

import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.projector.text.JsonText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a request is a line. What clients have sent is cut off and escaped, so that a line is of a
 * bounded length, and nothing in it can be taken for another line, or act on a terminal.
 */
public enum AccessLogFormat {

  /**
   * That of Apache and nginx called "combined", without a referer and with a time of ISO 8601, and
   * behind it what that does not have: {@code ADDRESS - CREDENTIAL [TIME] "METHOD TARGET PROTOCOL"
   * STATUS BYTES "-" "USER AGENT" MILLISECONDS REQUEST_ID TRACE_ID ROUTE}. {@code -} stands for
   * what there is none of.
   */
  TEXT {
    @Override
    void write(EndedRequest request, StringBuilder line) {
      bare(request.address(), line);
      line.append(" - ");
      bare(request.credential(), line);
      line.append(" [").append(time(request.begun())).append("] \"");
      escape(request.method(), MOST_OF_METHOD, line);
      line.append(' ');
      escape(request.target(), MOST_OF_TARGET, line);
      line.append(' ').append(request.protocol()).append("\" ");
      line.append(request.status()).append(' ').append(request.bytes()).append(" \"-\" \"");
      String agent = request.userAgent();
      escape(agent == null ? ABSENT : agent, MOST_OF_AGENT, line);
      line.append("\" ");
      millis(request.nanos(), line);
      line.append(' ').append(request.id()).append(' ');
      line.append(request.trace().own().map(TraceParent::traceId).orElse(ABSENT)).append(' ');
      line.append(request.route().isEmpty() ? ABSENT : request.route());
    }
  },

  /**
   * An object: {@code time}, {@code request_id}, {@code remote}, {@code credential}, {@code
   * method}, {@code target}, {@code route}, {@code protocol}, {@code status}, {@code bytes}, {@code
   * ms}, {@code user_agent}, {@code trace_id}; null for what there is none of.
   */
  JSON {
    @Override
    void write(EndedRequest request, StringBuilder line) {
      JsonText json = new JsonText(512);
      json.raw("{\"time\": ").string(time(request.begun()));
      json.raw(", \"request_id\": ").string(request.id());
      json.raw(", \"remote\": ").string(request.address());
      json.raw(", \"credential\": ").string(request.credential());
      json.raw(", \"method\": ").string(cut(request.method(), MOST_OF_METHOD));
      json.raw(", \"target\": ").string(cut(request.target(), MOST_OF_TARGET));
      json.raw(", \"route\": ").string(request.route().isEmpty() ? null : request.route());
      json.raw(", \"protocol\": ").string(request.protocol());
      json.raw(", \"status\": ").number(request.status());
      json.raw(", \"bytes\": ").number(request.bytes());
      StringBuilder millis = new StringBuilder();
      millis(request.nanos(), millis);
      json.raw(", \"ms\": ").raw(millis.toString());
      String agent = request.userAgent();
      json.raw(", \"user_agent\": ").string(agent == null ? null : cut(agent, MOST_OF_AGENT));
      json.raw(", \"trace_id\": ")
          .string(request.trace().own().map(TraceParent::traceId).orElse(null));
      line.append(json.raw("}").toString());
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String ABSENT = "-";
  private static final int MOST_OF_METHOD = 32;
  private static final int MOST_OF_TARGET = 1024;
  private static final int MOST_OF_AGENT = 256;
  private static final String CUT = "...";
  private static final char LAST_OF_ASCII = '~';
  private static final long NANOS_PER_MICRO = 1000;
  private static final long MICROS_PER_MILLI = 1000;

  /** Appends the line of a request, without its end. */
  abstract void write(EndedRequest request, StringBuilder line);

  /** What of a request is kept until its line is written: no more than the line has of it. */
  static EndedRequest kept(EndedRequest request) {
    String agent = request.userAgent();
    if (request.target().length() <= MOST_OF_TARGET
        && request.method().length() <= MOST_OF_METHOD
        && (agent == null || agent.length() <= MOST_OF_AGENT)) {
      return request;
    }
    return new EndedRequest(
        request.begun(),
        request.id(),
        request.address(),
        request.credential(),
        cut(request.method(), MOST_OF_METHOD),
        cut(request.target(), MOST_OF_TARGET),
        request.route(),
        request.protocol(),
        request.status(),
        request.bytes(),
        request.nanos(),
        agent == null ? null : cut(agent, MOST_OF_AGENT),
        request.trace());
  }

  /** In UTC, by ISO 8601, always with milliseconds. */
  private static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }

  /** A word that no client has chosen, or has to be one of a few. */
  private static void bare(@Nullable String word, StringBuilder line) {
    if (word == null || word.isEmpty()) {
      line.append(ABSENT);
      return;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == ' ') {
        hex(c, line);
      } else {
        escape(c, line);
      }
    }
  }

  private static void escape(String text, int most, StringBuilder line) {
    String shown = cut(text, most);
    for (int i = 0; i < shown.length(); i++) {
      escape(shown.charAt(i), line);
    }
  }

  private static void escape(char c, StringBuilder line) {
    if (c == '"' || c == '\\') {
      line.append('\\').append(c);
    } else if (c < ' ' || c > LAST_OF_ASCII) {
      hex(c, line);
    } else {
      line.append(c);
    }
  }

  private static void hex(char c, StringBuilder line) {
    line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
  }

  /** With three decimals. */
  private static void millis(long nanos, StringBuilder line) {
    long micros = nanos / NANOS_PER_MICRO;
    long rest = micros % MICROS_PER_MILLI;
    line.append(micros / MICROS_PER_MILLI).append('.');
    line.append(rest < 100 ? (rest < 10 ? "00" : "0") : "").append(rest);
  }
}
