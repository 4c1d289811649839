package io.flowledger.bench.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Sends some hundred requests before it has an answer. */
final class Pipeliner extends Hostile {

  private static final int DEPTH = 400;

  private final List<ByteBuffer> requests;
  private int open;

  Pipeliner(Wire wire, Tally tally, Random random, Duration pause, String task) {
    super(wire, tally, random, pause, 0);
    ByteBuffer post = Requests.whole("POST", task + "/metadata", Requests.metadata(1, 20));
    ByteBuffer get = Requests.get(task);
    ByteBuffer page = Requests.get(task + "/metadata?_limit=5");
    this.requests = List.of(post, get, get, page);
  }

  @Override
  void connected() {
    pipeline();
  }

  private void pipeline() {
    open = DEPTH;
    send(
        IntStream.range(0, DEPTH)
            .mapToObj(i -> requests.get(i % requests.size()))
            .peek(request -> tally().sent())
            .toArray(ByteBuffer[]::new));
  }

  @Override
  void answered(int status, String answer, boolean last) {
    super.answered(status, answer, last);
    if (--open == 0) {
      later(someTime(), this::pipeline);
    }
  }

  @Override
  boolean waits() {
    return open > 0;
  }

  @Override
  void closed() {
    super.closed();
    for (; open > 0; open--) {
      tally().count("unanswered");
    }
  }
}
