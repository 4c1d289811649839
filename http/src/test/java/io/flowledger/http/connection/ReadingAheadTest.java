package io.flowledger.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.Http1ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a client sends before it is its turn stays with the network, not in memory of the server.
 */
final class ReadingAheadTest {

  private static final int ONE_READ = 64 << 10;
  private static final int LENGTH = 64 << 20;
  private static final int TRIES_IN_VAIN = 200;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private final AtomicLong read = new AtomicLong();
  private Channel server;
  private SocketChannel client;

  @BeforeEach
  void start() throws IOException {
    server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    OneRequestAtATime requests = new OneRequestAtATime();
                    channel
                        .pipeline()
                        .addLast(new Counting())
                        .addLast(
                            new StrictRequestDecoder(
                                new Http1ServerConfig(), requests, unhurried()))
                        .addLast(requests)
                        .addLast(new Noting());
                    accepted.complete(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    client = SocketChannel.open((InetSocketAddress) server.localAddress());
    client.configureBlocking(false);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Counting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      read.addAndGet(((ByteBuf) message).readableBytes());
      context.fireChannelRead(message);
    }
  }

  private final class Noting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        begun.add(request.uri());
      }
      ReferenceCountUtil.release(message);
    }
  }

  /** Sends zeros until the server does not take any more, however often it has looked. */
  private long sendUntilNothingIsTaken() throws Exception {
    Channel channel = accepted.get(10, TimeUnit.SECONDS);
    long sent = 0;
    for (int inVain = 0; inVain < TRIES_IN_VAIN && sent < LENGTH; inVain++) {
      int taken = client.write(ByteBuffer.allocate((int) Math.min(ONE_READ, LENGTH - sent)));
      if (taken > 0) {
        sent += taken;
        inVain = 0;
      }
      channel.eventLoop().submit(() -> {}).get();
    }
    return sent;
  }

  private void send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Test
  void nothingIsReadWhileTheRequestBeforeIsBeingAnswered() throws Exception {
    send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("/first");
    send("POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: " + LENGTH + "\r\n\r\n");

    long ahead = sendUntilNothingIsTaken();

    assertThat(ahead).isLessThan(LENGTH);
    assertThat(read).hasValueLessThan(4 * ONE_READ);
    assertThat(begun).isEmpty();

    Channel channel = accepted.get();
    channel
        .eventLoop()
        .submit(() -> channel.write(new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER)));
    assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo("/second");
    client.configureBlocking(true);
    client.write(ByteBuffer.allocate((int) (LENGTH - ahead)));
    await().untilAsserted(() -> assertThat(read).hasValueGreaterThanOrEqualTo(LENGTH));
  }

  private static HeadDeadline unhurried() {
    return new HeadDeadline(Duration.ofMinutes(10), new LongAdder());
  }
}
