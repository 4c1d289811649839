package io.flowledger.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.Http1ServerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that are sent ahead stay as they came until their turn. */
final class OneRequestAtATimeTest {

  private static final int AHEAD = 1000;

  private final OneRequestAtATime requests = new OneRequestAtATime();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new StrictRequestDecoder(new Http1ServerConfig(), requests, unhurried()), requests);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void sendAhead() {
    String text =
        IntStream.range(0, AHEAD)
            .mapToObj("GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"::formatted)
            .collect(Collectors.joining());
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  /** The paths of those that have been passed on. */
  private List<String> passedOn() {
    List<String> paths = new ArrayList<>();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      if (message instanceof HttpRequest request) {
        paths.add(request.uri());
      }
      ReferenceCountUtil.release(message);
    }
    return paths;
  }

  private void answer(int bytes) {
    channel.write(new DefaultLastHttpContent(Unpooled.wrappedBuffer(new byte[bytes])));
    channel.runPendingTasks();
  }

  @Test
  void eachIsDecodedWhenTheOneBeforeIsAnswered() {
    sendAhead();
    for (int i = 0; i < AHEAD; i++) {
      assertThat(passedOn()).containsExactly("/" + i);
      answer(1);
      channel.flushOutbound();
    }
    assertThat(passedOn()).isEmpty();
  }

  @Test
  void noneIsDecodedWhileTheClientDoesNotTakeTheAnswerBefore() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 2000));
    sendAhead();
    assertThat(passedOn()).containsExactly("/0");

    answer(5000);
    assertThat(channel.isWritable()).isFalse();
    assertThat(passedOn()).isEmpty();

    channel.flushOutbound();
    channel.runPendingTasks();
    assertThat(passedOn()).containsExactly("/1");
  }

  private static HeadDeadline unhurried() {
    return new HeadDeadline(Duration.ofMinutes(10), new LongAdder());
  }
}
