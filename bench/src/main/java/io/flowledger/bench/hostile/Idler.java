package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** Connects and says nothing, or only the beginning of something. */
final class Idler extends Hostile {

  private static final ByteBuffer BEGINNING = Requests.bytes("GET /flows HTTP/1.1\r\nHost: be");

  private final boolean silent;

  Idler(Wire wire, Tally tally, Random random, Duration pause) {
    super(wire, tally, random, pause, 0);
    this.silent = random.nextBoolean();
  }

  @Override
  void connected() {
    tally().sent();
    if (!silent) {
      send(BEGINNING);
    }
  }
}
