package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

/** Asks for pages as fast as they are asked for, and never reads; after some time it hangs up. */
final class DeafPipeliner extends Hostile {

  private static final int RECEIVE_BYTES = 4 << 10;
  private static final int BURST = 100;

  private final ByteBuffer[] requests;

  DeafPipeliner(Wire wire, Tally tally, Random random, Duration pause, String step) {
    super(wire, tally, random, pause, RECEIVE_BYTES);
    ByteBuffer page = Requests.get(step + "/tasks?_limit=50");
    this.requests = IntStream.range(0, BURST).mapToObj(i -> page).toArray(ByteBuffer[]::new);
  }

  @Override
  void connected() {
    read(false);
    burst();
    later(
        someTime(),
        () -> {
          close();
          tally().count("left");
          open();
        });
  }

  private void burst() {
    IntStream.range(0, BURST).forEach(i -> tally().sent());
    send(requests);
  }

  @Override
  void sent() {
    burst();
  }
}
