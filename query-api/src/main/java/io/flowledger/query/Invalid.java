package io.flowledger.query;

import io.vertx.ext.web.handler.HttpException;

/** The answers to requests that ask for what cannot be. The payload is what the client reads. */
final class Invalid {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private Invalid() {}

  static HttpException request(String message) {
    return new HttpException(BAD_REQUEST, message);
  }

  static HttpException unknown(String what) {
    return new HttpException(NOT_FOUND, what + " is not registered");
  }

  static HttpException overloaded() {
    return new HttpException(UNAVAILABLE, "too many listings are being read, try again");
  }
}
