package io.flowledger.http;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flowledger.http.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a piece of code refuses a request with, as text. */
public final class Rejections {

  private Rejections() {}

  /** Status and message of the refusal that the code ends in, such as {@code 400 no body}. */
  public static String rejection(ThrowingCallable code) {
    RefusedException refusal = catchThrowableOfType(RefusedException.class, code);
    return refusal == null ? "none" : Statuses.of(refusal.reason()) + " " + refusal.getMessage();
  }
}
