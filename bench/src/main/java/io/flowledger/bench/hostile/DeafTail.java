package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** Follows a run and never reads; after some time it hangs up and comes again. */
final class DeafTail extends Hostile {

  private static final int RECEIVE_BYTES = 4 << 10;

  private final ByteBuffer request;

  DeafTail(Wire wire, Tally tally, Random random, Duration pause, String run) {
    super(wire, tally, random, pause, RECEIVE_BYTES);
    this.request = Requests.get(run + "/events", "Accept: text/event-stream");
  }

  @Override
  void connected() {
    tally().sent();
    send(request);
    read(false);
    later(
        someTime(),
        () -> {
          close();
          tally().count("left");
          open();
        });
  }
}
