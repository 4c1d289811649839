package io.flowledger.http.trace;

import java.util.List;
import java.util.Optional;

/**
 * A span of a trace, as the header {@code traceparent} names it: W3C Trace Context, section 3.2.
 *
 * @param traceId of 32 lower-case hexadecimal digits, not all of them 0
 * @param spanId of 16 of them
 * @param sampled whether whoever began the trace records it
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

  /** The header, of requests and of records. */
  public static final String HEADER = "traceparent";

  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;
  private static final int LENGTH = 55; // of version 00, and of what others begin with
  private static final int SAMPLED = 1;
  private static final int HEX = 16;
  private static final String UNKNOWN_VERSION = "ff";
  private static final String THIS_VERSION = "00";

  /**
   * The span that a request names; empty where it names none, or says so in a way that the
   * specification calls invalid, which is to be ignored.
   *
   * @param values of the header: of several, none is known to be meant
   */
  public static Optional<TraceParent> of(List<String> values) {
    if (values.size() != 1) {
      return Optional.empty();
    }
    String value = values.get(0);
    if (value.length() < LENGTH || !isWellFormed(value)) {
      return Optional.empty();
    }
    String traceId = value.substring(TRACE_AT, SPAN_AT - 1);
    String spanId = value.substring(SPAN_AT, FLAGS_AT - 1);
    if (isZero(traceId) || isZero(spanId)) {
      return Optional.empty();
    }
    int flags = Integer.parseInt(value, FLAGS_AT, LENGTH, HEX);
    return Optional.of(new TraceParent(traceId, spanId, (flags & SAMPLED) != 0));
  }

  private static boolean isWellFormed(String value) {
    for (int i = 0; i < LENGTH; i++) {
      boolean dash = i == TRACE_AT - 1 || i == SPAN_AT - 1 || i == FLAGS_AT - 1;
      if (dash ? value.charAt(i) != '-' : !isHex(value.charAt(i))) {
        return false;
      }
    }
    if (value.startsWith(UNKNOWN_VERSION)) {
      return false;
    }
    // Later versions may say more, behind another dash.
    return value.length() == LENGTH
        || (!value.startsWith(THIS_VERSION) && value.charAt(LENGTH) == '-');
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static boolean isZero(String id) {
    return id.chars().allMatch(c -> c == '0');
  }

  /** As the value of the header. */
  @Override
  public String toString() {
    return THIS_VERSION + "-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }
}
