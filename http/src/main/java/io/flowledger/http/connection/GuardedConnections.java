package io.flowledger.http.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.timeout.IdleStateEvent;
import io.vertx.core.Handler;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.VertxConnection;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes connections read requests strictly and one at a time. To be told of a connection before
 * anything has been read of it, so the server must not speak HTTP/2 in clear text, whose detection
 * comes first.
 */
public final class GuardedConnections implements Handler<HttpConnection> {

  // The names that Vert.x gives.
  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";

  private static final String IDLE = "idle";

  private static final String PATIENCE = "notIdleWhileWorking";
  private static final String ONE_AT_A_TIME = "oneRequestAtATime";

  private final Http1ServerConfig limits;
  private final Duration headLimit;
  private final LongAdder slow = new LongAdder();

  /**
   * @param options of the server; those of the heads of requests are kept
   * @param headLimit within which the head of a request has to arrive
   */
  public GuardedConnections(HttpServerOptions options, Duration headLimit) {
    this.headLimit = headLimit;
    this.limits =
        new Http1ServerConfig()
            .setMaxInitialLineLength(options.getMaxInitialLineLength())
            .setMaxHeaderSize(options.getMaxHeaderSize())
            .setMaxChunkSize(options.getMaxChunkSize())
            .setDecoderInitialBufferSize(options.getDecoderInitialBufferSize());
  }

  /** How many were closed, since a request began and its head did not end. */
  public long slow() {
    return slow.sum();
  }

  @Override
  public void handle(HttpConnection connection) {
    if (!(connection instanceof VertxConnection http1)) {
      return; // HTTP/2 says itself where requests end, and how many there may be
    }
    ChannelPipeline pipeline = http1.channelHandlerContext().channel().pipeline();
    RecvByteBufAllocator reads = pipeline.channel().config().getRecvByteBufAllocator();
    if (reads instanceof MaxMessagesRecvByteBufAllocator several) {
      several.maxMessagesPerRead(1); // the others have their turn in between
    }
    OneRequestAtATime requests = new OneRequestAtATime();
    pipeline.replace(
        DECODER,
        DECODER,
        new StrictRequestDecoder(limits, requests, new HeadDeadline(headLimit, slow)));
    pipeline.addAfter(ENCODER, ONE_AT_A_TIME, requests);
    if (pipeline.get(IDLE) != null) {
      pipeline.addAfter(IDLE, PATIENCE, new WhileWorking(requests));
    }
  }

  /** A connection is not idle while the server works on its request, however long that takes. */
  private static final class WhileWorking extends ChannelInboundHandlerAdapter {
    private final OneRequestAtATime requests;

    WhileWorking(OneRequestAtATime requests) {
      this.requests = requests;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent && requests.isWorking()) {
        return;
      }
      context.fireUserEventTriggered(event);
    }
  }
}
