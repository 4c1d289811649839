package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Asks for what takes long, and hangs up before it is answered. */
final class Leaver extends Hostile {

  private final List<ByteBuffer> requests;

  Leaver(Wire wire, Tally tally, Random random, Duration patience, List<String> paths) {
    super(wire, tally, random, patience, 0);
    this.requests = paths.stream().map(Requests::get).toList();
  }

  @Override
  void connected() {
    tally().sent();
    send(requests.get(random().nextInt(requests.size())));
    later(someTime(), this::leave);
  }

  private void leave() {
    tally().count("left");
    close();
    open();
  }

  @Override
  void answered(int status, String answer, boolean last) {
    super.answered(status, answer, last);
    close();
    wire().after(someTime(), this::open);
  }
}
