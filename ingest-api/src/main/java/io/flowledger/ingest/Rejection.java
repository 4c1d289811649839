package io.flowledger.ingest;

import io.vertx.ext.web.handler.HttpException;

/**
 * The answers to requests that leave no trace. The payload is the message that the client reads.
 */
final class Rejection {

  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED = 415;
  static final int UNPROCESSABLE = 422;
  static final int FAILED_DEPENDENCY = 424;
  static final int UNAVAILABLE = 503;

  private Rejection() {}

  static HttpException badRequest(String message) {
    return new HttpException(BAD_REQUEST, message);
  }

  static HttpException notFound(String message) {
    return new HttpException(NOT_FOUND, message);
  }

  static HttpException exists(String what) {
    return new HttpException(CONFLICT, what + " exists already");
  }

  static HttpException conflict(String message) {
    return new HttpException(CONFLICT, message);
  }

  static HttpException tooLarge(String message) {
    return new HttpException(TOO_LARGE, message);
  }

  static HttpException unprocessable(String message) {
    return new HttpException(UNPROCESSABLE, message);
  }

  static HttpException unsupported(String message) {
    return new HttpException(UNSUPPORTED, message);
  }

  static HttpException failedDependency(String message) {
    return new HttpException(FAILED_DEPENDENCY, message);
  }

  static HttpException unavailable(String message) {
    return new HttpException(UNAVAILABLE, message);
  }
}
