package io.flowledger.bench.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** Asks for a long listing, and takes it a little at a time. */
final class SlowReader extends Hostile {

  private static final int RECEIVE_BYTES = 4 << 10;
  private static final int SIP_BYTES = 2 << 10;

  private final ByteBuffer request;

  SlowReader(Wire wire, Tally tally, Random random, Duration pause, String path) {
    super(wire, tally, random, pause, RECEIVE_BYTES);
    this.request = Requests.get(path);
  }

  @Override
  void connected() {
    ask();
  }

  private void ask() {
    tally().sent();
    send(request);
    read(false);
    later(someTime(), this::sip);
  }

  private void sip() {
    try {
      take(SIP_BYTES);
      later(someTime(), this::sip);
    } catch (IOException cutOff) {
      end();
    }
  }

  @Override
  void answered(int status, String answer, boolean last) {
    super.answered(status, answer, last);
    close();
    wire().after(someTime(), this::open);
  }
}
