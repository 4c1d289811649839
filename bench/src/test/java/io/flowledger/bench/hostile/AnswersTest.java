package io.flowledger.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnswersTest {

  private static final String THREE =
      "HTTP/1.1 100 Continue\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"
          + "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nsecond\r\na\r\n, and more\r\n0\r\n\r\n"
          + "HTTP/1.1 304 Not Modified\r\n\r\n"
          + "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

  private final List<String> told = new ArrayList<>();
  private final Answers answers =
      new Answers((status, body, last) -> told.add(status + " " + body + (last ? "!" : "")));

  @Test
  void answersAreToldWhereverTheyAreCut() {
    byte[] bytes = THREE.getBytes(StandardCharsets.US_ASCII);
    for (int piece = 1; piece <= bytes.length; piece++) {
      told.clear();
      for (int from = 0; from < bytes.length; from += piece) {
        answers.take(ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from)));
      }
      assertThat(told).containsExactly("200 first", "200 second, and more", "304 ", "503 !");
    }
  }

  @Test
  void aTallyIsALine() {
    Tally tally = new Tally("slow readers", 8);
    tally.sent();
    tally.status(503);
    tally.count("cut");
    tally.bytesSent(7);
    assertThat(tally.line()).isEqualTo("slow readers\t8\t1\t7\t0\t503=1,cut=1");
    assertThat(Tally.of(tally.line()).line()).isEqualTo(tally.line());
  }
}
