package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** Sends a large body but for its last byte, and waits until it is cut off. */
final class Holder extends Hostile {

  private final ByteBuffer head;
  private final ByteBuffer body;

  Holder(Wire wire, Tally tally, Random random, Duration pause, String path, ByteBuffer body) {
    super(wire, tally, random, pause, 0);
    this.head = Requests.head("POST", path, body.remaining());
    this.body = body.slice(0, body.remaining() - 1);
  }

  @Override
  void connected() {
    tally().sent();
    send(head, body);
  }

  @Override
  void answered(int status, String answer, boolean last) {
    super.answered(status, answer, last);
    close();
    wire().after(someTime(), this::open);
  }
}
