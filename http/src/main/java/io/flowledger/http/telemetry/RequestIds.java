package io.flowledger.http.telemetry;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Identifiers of requests, by which their traces in the logs of several programs are found. */
public final class RequestIds {

  /** The header, of requests and answers. */
  public static final String HEADER = "X-Request-Id";

  private static final int MOST_CHARACTERS = 128;
  private static final int DIGITS = 16;
  private static final int BITS_PER_DIGIT = 4;

  private RequestIds() {}

  /**
   * That of a request: the one that it came with, where that is fit for logs, else a new one.
   *
   * @param sent value of the header; null for none
   */
  public static String of(@Nullable String sent) {
    return sent != null && isFit(sent) ? sent : next();
  }

  private static boolean isFit(String id) {
    if (id.isEmpty() || id.length() > MOST_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean fits =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~:+/=@".indexOf(c) >= 0;
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static String next() {
    long random = ThreadLocalRandom.current().nextLong();
    char[] digits = new char[DIGITS];
    for (int i = 0; i < DIGITS; i++) {
      digits[i] = Character.forDigit((int) (random >>> (i * BITS_PER_DIGIT)) & 0xf, 16);
    }
    return new String(digits);
  }
}
