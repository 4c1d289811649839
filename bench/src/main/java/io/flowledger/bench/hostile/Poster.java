package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** Sends a large body, whole, whether or not it has been refused already; then again. */
final class Poster extends Hostile {

  private final ByteBuffer head;
  private final ByteBuffer body;
  private boolean waits;

  Poster(Wire wire, Tally tally, Random random, Duration pause, String path, ByteBuffer body) {
    super(wire, tally, random, pause, 0);
    this.head = Requests.head("POST", path, body.remaining());
    this.body = body;
  }

  @Override
  void connected() {
    post();
  }

  @Override
  boolean waits() {
    return waits;
  }

  private void post() {
    waits = true;
    tally().sent();
    send(head, body);
  }

  @Override
  void answered(int status, String answer, boolean last) {
    super.answered(status, answer, last);
    waits = false;
    if (!hasUnsent()) {
      later(someTime(), this::post);
    }
  }

  @Override
  void sent() {
    if (!waits) {
      later(someTime(), this::post);
    }
  }
}
