package io.flowledger.http.refusal;

/** Reasons for which a request is refused. What each is in HTTP, one table says. */
public enum Reason {
  /** Says what cannot be, or what cannot be read. */
  MALFORMED,
  /** Is of nobody who is known. */
  UNAUTHENTICATED,
  /** Is not for whoever sends it. */
  FORBIDDEN,
  /** Refers to what is not there. */
  UNKNOWN,
  /** Did not arrive in time. */
  TOO_SLOW,
  /** Contradicts what is there already. */
  EXISTS,
  /** Is larger than a limit. */
  TOO_LARGE,
  /** Is in a form that is not taken. */
  UNSUPPORTED,
  /** Has the idempotency key of another request. */
  OTHER_REQUEST,
  /** Depends on a part of the same request that was refused. */
  DEPENDENCY,
  /** Is one of more than its client may send in that time. */
  TOO_MANY,
  /** Cannot be carried out now, but may be later. */
  UNAVAILABLE,
  /** Has met a fault of the server's own, which its log tells of. */
  FAULT
}
