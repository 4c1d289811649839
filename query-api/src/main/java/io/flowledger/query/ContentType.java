package io.flowledger.query;

import io.vertx.core.http.HttpHeaders;

/** What the answers are called, which are all JSON. */
enum ContentType {
  /** As the reference service says of its JSON. */
  TEXT("text/plain; charset=utf-8"),
  JSON("application/json");

  private final CharSequence header;

  ContentType(String header) {
    this.header = HttpHeaders.createOptimized(header);
  }

  /** The value of the header {@code Content-Type}. */
  CharSequence header() {
    return header;
  }
}
