package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

/** A client of some kind, which does the same again and again, and tells what came of it. */
abstract class Hostile extends Peer {

  private final Tally tally;
  private final Random random;
  private final Duration pause;
  private final Answers answers = new Answers(this::answered);

  /**
   * @param pause between two turns, on average
   * @param receiveBytes that the system takes for it while it does not read; 0 for its default
   */
  Hostile(Wire wire, Tally tally, Random random, Duration pause, int receiveBytes) {
    super(wire, receiveBytes);
    this.tally = tally;
    this.random = random;
    this.pause = pause;
  }

  Tally tally() {
    return tally;
  }

  Random random() {
    return random;
  }

  /** Not all at once. */
  void start() {
    wire().after(Duration.ofMillis(random.nextLong(pause.toMillis() + 1)), this::open);
  }

  /** About as long as a pause. */
  Duration someTime() {
    long millis = pause.toMillis();
    return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
  }

  /** Whether an answer is waited for. */
  boolean waits() {
    return true;
  }

  /** An answer has come to its end. */
  void answered(int status, String body, boolean last) {
    tally.status(status);
  }

  @Override
  void received(ByteBuffer bytes) {
    tally.bytesReceived(bytes.remaining());
    answers.take(bytes);
  }

  @Override
  void wrote(int bytes) {
    tally.bytesSent(bytes);
  }

  @Override
  void open() {
    answers.reset();
    super.open();
  }

  @Override
  void closed() {
    if (waits()) {
      tally.count("cut");
    }
    wire().after(someTime(), this::open);
  }
}
