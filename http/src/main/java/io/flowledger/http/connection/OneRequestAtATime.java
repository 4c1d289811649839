package io.flowledger.http.connection;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Lets a request begin when the one before it on the connection has been answered, and the client
 * has taken all but a little of that: answers never pile up for who asks and does not read, and the
 * compression of Netty, in front of which it is, takes 128 requests at a time and breaks at more.
 * What has come of the next request is left in the decoder, and while there is any nothing more is
 * read. After a request whose framing is in doubt nothing is passed on: it may be a part of that
 * request.
 *
 * <p>Of one channel, and used by its event loop only.
 */
final class OneRequestAtATime extends ChannelDuplexHandler {

  private boolean answering;
  private boolean received; // the whole of the request that is being answered
  private boolean begun; // its answer
  private boolean inDoubt;
  private boolean left; // something, in the decoder
  private boolean readLater;
  private boolean nextIsDue;

  /** Whether the next request may not begin. */
  boolean isBusy(ChannelHandlerContext context) {
    return answering || !context.channel().isWritable();
  }

  /** Something has come, and is left until it is not busy any more. */
  void leave(ChannelHandlerContext context) {
    if (!left) {
      left = true;
      stopReading(context);
    }
    nextLater(context);
  }

  /**
   * A channel that reads by itself goes on until it is told not to: that {@link #read} passes
   * nothing on is not enough. When that is taken back it asks to read, which waits for its turn.
   */
  private static void stopReading(ChannelHandlerContext context) {
    ChannelConfig channel = context.channel().config();
    if (channel.isAutoRead()) {
      channel.setAutoRead(false);
      channel.setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (inDoubt) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      answering = true;
      received = false;
      begun = false;
      inDoubt = request.decoderResult().isFailure();
    } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      inDoubt = true;
      content.setDecoderResult(DecoderResult.failure(malformed(content.decoderResult().cause())));
    }
    received |= message instanceof LastHttpContent;
    context.fireChannelRead(message);
  }

  /** Whether a request is worked on, so that it is not for the client to say anything. */
  boolean isWorking() {
    return answering && received && !begun;
  }

  private static FramingException malformed(Throwable cause) {
    return new FramingException("the body is malformed: " + cause.getMessage());
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (left) {
      readLater = true;
    } else {
      context.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean last = message instanceof LastHttpContent && !isInterim(message);
    begun |= message instanceof HttpResponse && !isInterim(message);
    context.write(message, promise);
    if (last) {
      answering = false;
      nextLater(context); // the one who writes has not yet noted that the answer is complete
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    nextLater(context);
    context.fireChannelWritabilityChanged();
  }

  private void nextLater(ChannelHandlerContext context) {
    if (left && !nextIsDue && !isBusy(context)) {
      nextIsDue = true;
      context.executor().execute(() -> next(context));
    }
  }

  /** One request, even if it is answered at once: then it is left again. */
  private void next(ChannelHandlerContext context) {
    nextIsDue = false;
    if (context.isRemoved() || !left || isBusy(context)) {
      return;
    }
    left = false;
    ChannelHandlerContext decoder = context.pipeline().context(StrictRequestDecoder.class);
    try {
      ((StrictRequestDecoder) decoder.handler()).goOn(decoder);
    } catch (Exception e) {
      context.fireExceptionCaught(e);
    }
    context.fireChannelReadComplete();
    if (!left && readLater) {
      readLater = false;
      context.read();
    }
  }
}
